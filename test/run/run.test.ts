import { describe, expect, test } from 'vitest';
import { deterministic, eventsOf, framesOf, recordRun, trainTo } from '../support/small-run.js';

const hashes = (messages: Parameters<typeof framesOf>[0]): string[] =>
  framesOf(messages).map((frame) => `${frame.step} ${frame.stateHash}`);

describe('the schedule', () => {
  test('frames stand at step 0, at multiples of frameEvery and at the last step', () => {
    const { run, messages } = recordRun({ frameEvery: 30 });
    trainTo(run, 100);
    expect(framesOf(messages).map((frame) => frame.step)).toEqual([0, 30, 60, 90, 100]);
    expect(run.state).toBe('done');
  });

  test.each([1, 3, 7, 1000])('slices of %i steps publish the same frames', (slice) => {
    const whole = recordRun();
    trainTo(whole.run, 100);
    const sliced = recordRun();
    trainTo(sliced.run, 100, slice);
    expect(framesOf(sliced.messages).map(deterministic)).toEqual(framesOf(whole.messages).map(deterministic));
  });

  test('the learning rate halves at the start of epochs k, 2k, ... and says so', () => {
    const { run, messages } = recordRun({ halvingPeriod: 2, epochs: 5 });
    trainTo(run, 125);
    expect(eventsOf(messages).filter((event) => event.event === 'learning-rate')).toEqual([
      { type: 'event', step: 50, event: 'learning-rate', from: 0.05, to: 0.025, cause: 'schedule' },
      { type: 'event', step: 100, event: 'learning-rate', from: 0.025, to: 0.0125, cause: 'schedule' },
    ]);
  });

  test('a learning rate set by key is halved on from there', () => {
    const { run, messages } = recordRun({ halvingPeriod: 1 });
    trainTo(run, 30);
    run.handle({ type: 'set-learning-rate', learningRate: 0.3 });
    trainTo(run, 60);
    expect(framesOf(messages).map((frame) => [frame.step, frame.learningRate])).toEqual([
      [0, 0.05],
      [10, 0.05],
      [20, 0.05],
      [30, 0.025],
      [40, 0.3],
      [50, 0.15],
      [60, 0.15],
    ]);
  });

  test('regenerated data changes the run, and the same seed regenerates the same', () => {
    const fixed = recordRun();
    const regenerated = recordRun({ regenerateData: true });
    const again = recordRun({ regenerateData: true });
    for (const { run } of [fixed, regenerated, again]) trainTo(run, 100);
    expect(hashes(regenerated.messages)).toEqual(hashes(again.messages));
    expect(hashes(regenerated.messages).slice(0, 3)).toEqual(hashes(fixed.messages).slice(0, 3));
    expect(hashes(regenerated.messages).at(-1)).not.toEqual(hashes(fixed.messages).at(-1));
  });
});

describe('commands', () => {
  test('pausing and resuming leaves the bits alone', () => {
    const plain = recordRun();
    trainTo(plain.run, 100);
    const paused = recordRun();
    trainTo(paused.run, 33);
    paused.run.handle({ type: 'pause' });
    expect(paused.run.state).toBe('paused');
    paused.run.advance(10);
    expect(paused.run.step).toBe(33);
    paused.run.handle({ type: 'resume' });
    trainTo(paused.run, 100);
    expect(hashes(paused.messages).filter((line) => !line.startsWith('33 '))).toEqual(hashes(plain.messages));
  });

  test('advance goes one step, or to the end of the epoch, shows it and pauses', () => {
    const { run, messages } = recordRun();
    trainTo(run, 12);
    run.handle({ type: 'pause' });
    run.handle({ type: 'advance', by: 'step' });
    trainTo(run, 100);
    expect([run.step, run.state]).toEqual([13, 'paused']);
    run.handle({ type: 'advance', by: 'epoch' });
    trainTo(run, 100);
    expect([run.step, run.state]).toEqual([25, 'paused']);
    expect(framesOf(messages).map((frame) => frame.step)).toEqual([0, 10, 12, 13, 20, 25]);
  });

  test('undo brings back the state just before the perturbation, bit for bit', () => {
    const plain = recordRun({ regenerateData: true });
    trainTo(plain.run, 100);
    const { run, messages } = recordRun({ regenerateData: true });
    trainTo(run, 20);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } });
    trainTo(run, 80);
    run.handle({ type: 'undo' });
    expect(run.step).toBe(20);
    trainTo(run, 100);
    expect(hashes(messages).at(-1)).toBe(hashes(plain.messages).at(-1));
  });

  test('undo without a perturbation is refused in a sentence', () => {
    const { run, messages } = recordRun();
    run.handle({ type: 'undo' });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused', summary: /no perturbation/ });
  });

  test('a done run takes perturbations and their undo, and no more steps', () => {
    const { run, messages } = recordRun();
    trainTo(run, 100);
    const last = hashes(messages).at(-1);
    run.handle({ type: 'perturb', perturbation: { kind: 'negate-fan-out', teacher: 0 } });
    expect(hashes(messages).at(-1)).not.toBe(last);
    run.handle({ type: 'undo' });
    expect(hashes(messages).at(-1)).toBe(last);
    run.handle({ type: 'advance', by: 'step' });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused' });
    expect(run.state).toBe('done');
  });

  test('a perturbation of a teacher node that does not exist is refused', () => {
    const { run, messages } = recordRun();
    run.handle({ type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 5 } });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused', summary: /no teacher node 5/ });
  });
});

describe('divergence', () => {
  test('is a state with its step, from which undo leads back', () => {
    const { run, messages } = recordRun();
    trainTo(run, 20);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.1 } });
    run.handle({ type: 'set-learning-rate', learningRate: 1e6 });
    trainTo(run, 100);
    expect(run.state).toBe('diverged');
    expect(run.step).toBeLessThan(100);
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'diverged', step: run.step });
    run.handle({ type: 'undo' });
    expect([run.state, run.step]).toEqual(['paused', 20]);
    run.handle({ type: 'resume' });
    trainTo(run, 100);
    expect(run.state).toBe('done');
    expect(framesOf(messages).at(-1)?.evalLoss).toBeLessThan(1);
  });
});

describe('going back and forth', () => {
  const noise = { type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } } as const;

  test('redo returns to where the undo came from, bit for bit', () => {
    const whole = recordRun({ regenerateData: true });
    trainTo(whole.run, 20);
    whole.run.handle(noise);
    trainTo(whole.run, 100);
    const { run, messages } = recordRun({ regenerateData: true });
    trainTo(run, 20);
    run.handle(noise);
    trainTo(run, 57);
    run.handle({ type: 'undo' });
    trainTo(run, 43);
    run.handle({ type: 'redo' });
    expect(run.step).toBe(57);
    trainTo(run, 100);
    expect(hashes(messages).at(-1)).toBe(hashes(whole.messages).at(-1));
  });

  test('undo after undo takes back one perturbation each, however long ago', () => {
    const { run, messages } = recordRun();
    const before: string[] = [];
    for (let step = 10; step <= 50; step += 10) {
      trainTo(run, step);
      before.push(hashes(messages).at(-1) ?? '');
      run.handle(noise);
    }
    trainTo(run, 80);
    for (const hash of before.toReversed()) {
      run.handle({ type: 'undo' });
      expect(hashes(messages).at(-1)).toBe(hash);
    }
    run.handle({ type: 'undo' });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused' });
  });

  test.each([0, 1, 20, 30, 33, 50, 60, 64, 80])(
    'rewound to step %i, a run keeps what was done until then',
    (step) => {
      const options = { regenerateData: true, halvingPeriod: 2 };
      const course = ({ run }: ReturnType<typeof recordRun>, until: number): void => {
        trainTo(run, Math.min(30, until));
        if (until >= 30) run.handle(noise);
        trainTo(run, Math.min(60, until));
        if (until >= 60) run.handle({ type: 'set-learning-rate', learningRate: 0.07 });
        trainTo(run, until);
      };
      const direct = recordRun(options);
      course(direct, step);
      trainTo(direct.run, 100);
      const rewound = recordRun(options);
      course(rewound, 80);
      rewound.run.handle({ type: 'rewind', step });
      expect([rewound.run.step, rewound.run.state]).toEqual([step, 'running']);
      trainTo(rewound.run, 100);
      expect(hashes(rewound.messages).at(-1)).toBe(hashes(direct.messages).at(-1));
      expect(framesOf(rewound.messages).at(-1)?.learningRate).toBe(
        framesOf(direct.messages).at(-1)?.learningRate,
      );
    },
  );

  test('of frames that share a step a rewind reaches each', () => {
    const { run, messages } = recordRun();
    trainTo(run, 30);
    run.handle(noise);
    run.handle(noise);
    const frames = framesOf(messages).filter(({ step }) => step === 30);
    trainTo(run, 50);
    run.handle({ type: 'rewind', step: 30, changes: 1 });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'rewound', toStep: 30, changes: 1 });
    expect(framesOf(messages).at(-1)?.stateHash).toBe(frames[1].stateHash);
    run.handle({ type: 'rewind', step: 30, changes: 0 });
    expect(framesOf(messages).at(-1)?.stateHash).toBe(frames[0].stateHash);
    run.handle({ type: 'rewind', step: 30, changes: 1 });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused' });
  });

  test('a rewind into the future is refused', () => {
    const { run, messages } = recordRun();
    trainTo(run, 20);
    run.handle({ type: 'rewind', step: 21 });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused', summary: /from 0 to 20/ });
  });

  test('redo after a rewind returns to the branch that was left', () => {
    const { run, messages } = recordRun();
    trainTo(run, 80);
    const left = hashes(messages).at(-1);
    run.handle({ type: 'rewind', step: 30 });
    trainTo(run, 50);
    run.handle({ type: 'redo' });
    expect(hashes(messages).at(-1)).toBe(left);
    run.handle({ type: 'redo' });
    expect(eventsOf(messages).at(-1)).toMatchObject({ event: 'refused', summary: /nothing to redo/ });
  });

  test('redo returns to a run that had diverged', () => {
    const { run } = recordRun();
    trainTo(run, 20);
    run.handle(noise);
    run.handle({ type: 'set-learning-rate', learningRate: 1e6 });
    trainTo(run, 100);
    const at = run.step;
    run.handle({ type: 'undo' });
    run.handle({ type: 'redo' });
    expect([run.state, run.step]).toEqual(['diverged', at]);
  });
});

test('nodes that pass the threshold are announced, and announced again when they are lost', () => {
  const { run, messages } = recordRun({ epochs: 200, learningRate: 0.2, strengthDecay: 0 });
  trainTo(run, 2500);
  const specialized = eventsOf(messages).filter((event) => event.event === 'specialized');
  expect(specialized.length).toBeGreaterThan(0);
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 16 } });
  const lost = eventsOf(messages).filter((event) => event.event === 'lost');
  expect(lost.length).toBe(specialized.length);
});
