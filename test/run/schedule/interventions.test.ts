import { describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { UserError } from '../../../src/input/user-error.js';
import type { Breakpoint, Intervention } from '../../../src/protocol/command.js';
import type { Frame } from '../../../src/protocol/frame.js';
import { parseBreakpoint } from '../../../src/run/schedule/breakpoint.js';
import { parseIntervention, readInterventions } from '../../../src/run/schedule/intervention.js';
import { eventsOf, framesOf, recordRun, trainTo } from '../../support/small-run.js';

const experiment = resolveExperiment({ m: 5 }, 'test');

const noise = (at: number, scale = 0.5): Intervention => ({
  at,
  command: { type: 'perturb', perturbation: { kind: 'noise', scale } },
});

const lastHash = (messages: Parameters<typeof framesOf>[0]): string | undefined =>
  framesOf(messages).at(-1)?.stateHash;

describe('an intervention', () => {
  test('is made at its step, as the same command by hand would be', () => {
    const byHand = recordRun();
    trainTo(byHand.run, 33);
    byHand.run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
    trainTo(byHand.run, 100);
    for (const slice of [1, 7, 1000]) {
      const planned = recordRun({}, { interventions: [noise(33)] });
      trainTo(planned.run, 100, slice);
      expect(lastHash(planned.messages)).toBe(lastHash(byHand.messages));
      expect(eventsOf(planned.messages).filter(({ event }) => event === 'perturbed')).toMatchObject([
        { step: 33, intervention: 0 },
      ]);
    }
  });

  test('that is undone is not made again; after a rewind it is', () => {
    const plain = recordRun();
    trainTo(plain.run, 100);
    const { run, messages } = recordRun({}, { interventions: [noise(33)] });
    trainTo(run, 60);
    run.handle({ type: 'rewind', step: 20 });
    trainTo(run, 60);
    const perturbed = eventsOf(messages).filter(({ event }) => event === 'perturbed');
    expect(perturbed.map(({ step }) => step)).toEqual([33, 33]);
    run.handle({ type: 'undo' });
    trainTo(run, 100);
    expect(lastHash(messages)).toBe(lastHash(plain.messages));
  });

  test('at step 0 comes before the first step', () => {
    const { run, messages } = recordRun({}, { interventions: [noise(0)] });
    expect(eventsOf(messages)).toMatchObject([{ event: 'perturbed', step: 0 }]);
    trainTo(run, 10);
    expect(run.step).toBe(10);
  });

  test.each([
    ['500 noise scale=0.5', noise(500)],
    [
      '0 learning-rate learningRate=1e-3',
      { at: 0, command: { type: 'set-learning-rate', learningRate: 0.001 } },
    ],
    [
      '7 swap-fan-out teachers=0,1',
      { at: 7, command: { type: 'perturb', perturbation: { kind: 'swap-fan-out', teachers: [0, 1] } } },
    ],
    [
      '7 reinitialize which=idle',
      { at: 7, command: { type: 'perturb', perturbation: { kind: 'reinitialize', which: 'idle' } } },
    ],
  ] as const)('is read from "%s"', (text, expected) => {
    expect(parseIntervention(text, experiment)).toEqual(expected);
  });

  test.each([
    ['soon noise scale=1', /step "soon", allowed: a whole number from 0 to/],
    ['10', /no kind/],
    ['10 nois scale=1', /kind "nois", allowed: "noise", perhaps/],
    ['10 noise', /scale nothing, allowed: a number from 0.001 to 1000/],
    ['10 noise scale=1 size=2', /noise with "size", allowed: kind, scale/],
    ['10 noise scale', /"scale", allowed: KEY=VALUE/],
    ['10 negate-fan-out teacher=5', /no teacher node 5: they go from 0 to 4/],
    ['10 negate-fan-out teacher=1 layer=1', /no hidden layer 1/],
  ])('of "%s" is refused in a line', (text, reason) => {
    expect(() => parseIntervention(text, experiment)).toThrow(UserError);
    expect(() => parseIntervention(text, experiment)).toThrow(reason);
  });

  test('of a preset is checked alike, and its place in the list named', () => {
    expect(readInterventions([{ at: 5, kind: 'noise', scale: 0.5 }], experiment, 'mine')).toEqual([noise(5)]);
    expect(() => readInterventions([{ at: 5, kind: 'noise', scale: 'a' }], experiment, 'mine')).toThrow(
      /^mine: interventions\[0\]: got scale "a", allowed: a number from 0.001 to 1000$/,
    );
  });
});

describe('a breakpoint', () => {
  const halts = (breakpoint: Breakpoint): { step: number; frame: Frame; summary: string } => {
    const { run, messages } = recordRun(
      { epochs: 200, learningRate: 0.2, strengthDecay: 0 },
      { breakpoints: [breakpoint] },
    );
    trainTo(run, 5000);
    expect(run.state).toBe('paused');
    const event = eventsOf(messages).find((one) => one.event === 'breakpoint');
    if (event?.event !== 'breakpoint') throw new Error('no breakpoint');
    expect(event.step).toBe(run.step);
    return { step: run.step, frame: framesOf(messages).at(-1) as Frame, summary: event.summary };
  };

  test('at the k-th node specialized', () => {
    const { frame, summary } = halts({ kind: 'specialized', count: 2 });
    const above = frame.layers[0].bestMatchOfTeacher.filter((best) => best > 0.95).length;
    expect(above).toBeGreaterThanOrEqual(2);
    expect(summary).toBe(`${above} teacher nodes are specialized`);
  });

  test('at a loss or a best match that passes a value', () => {
    const at = halts({ kind: 'loss-below', value: 0.05 });
    expect(at.frame.evalLoss).toBeLessThan(0.05);
    const match = halts({ kind: 'match-above', layer: 0, teacher: 0, value: 0.8 });
    expect(match.frame.layers[0].bestMatchOfTeacher[0]).toBeGreaterThan(0.8);
  });

  test('at a plateau, once, and again only when as many epochs have passed', () => {
    const { run, messages } = recordRun(
      { epochs: 40, learningRate: 1e-9 },
      { breakpoints: [{ kind: 'plateau', epochs: 5 }] },
    );
    while (run.state !== 'done') {
      trainTo(run, 1000);
      if (run.state === 'paused') run.handle({ type: 'resume' });
    }
    const steps = eventsOf(messages)
      .filter(({ event }) => event === 'breakpoint')
      .map(({ step }) => step);
    expect(steps.length).toBeGreaterThan(2);
    steps.slice(1).forEach((step, at) => {
      expect(step - steps[at]).toBeGreaterThanOrEqual(5 * 25);
    });
  });

  test('when a node is lost while it trains, not by the perturbation', () => {
    const { run, messages } = recordRun(
      { epochs: 30, learningRate: 0.2, strengthDecay: 0 },
      { interventions: [noise(243, 1.3)], breakpoints: [{ kind: 'lost' }] },
    );
    while (run.state !== 'done') {
      trainTo(run, 5000);
      if (run.state === 'paused') run.handle({ type: 'resume' });
    }
    const stepsOf = (name: string) =>
      eventsOf(messages).flatMap(({ event, step }) => (event === name ? [step] : []));
    const [lost, halted] = [stepsOf('lost'), stepsOf('breakpoint')];
    expect(lost).toContain(243);
    expect(halted.length).toBeGreaterThan(1);
    expect(halted).toEqual([...new Set(lost)].filter((step) => step !== 243));
  });

  test.each([
    ['specialized 3', { kind: 'specialized', count: 3 }],
    ['lost', { kind: 'lost' }],
    ['loss < 1e-4', { kind: 'loss-below', value: 1e-4 }],
    ['loss>2', { kind: 'loss-above', value: 2 }],
    ['match 4 > 0.9', { kind: 'match-above', layer: 0, teacher: 4, value: 0.9 }],
    ['match 1.4 > 0.9', { kind: 'match-above', layer: 1, teacher: 4, value: 0.9 }],
    ['Plateau 20', { kind: 'plateau', epochs: 20 }],
  ])('is read from "%s"', (text, expected) => {
    expect(parseBreakpoint(text, '--break')).toEqual(expected);
  });

  test('that is none is refused with what there is', () => {
    expect(() => parseBreakpoint('loss', '--break')).toThrow(
      /^--break: got "loss", allowed: "specialized 3"/,
    );
  });
});
