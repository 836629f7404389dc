import { describe, expect, test } from 'vitest';
import { createEngine, type EngineChoice } from '../../../src/engine/create.js';
import type { Engine } from '../../../src/engine/engine.js';
import { createNaiveEngine } from '../../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import { forward } from '../../../src/net/forward.js';
import { lossGradient } from '../../../src/net/loss.js';
import { rowNorm } from '../../../src/net/matrix.js';
import { everyArray, type Network } from '../../../src/net/network.js';
import { fanOutNorms } from '../../../src/net/nodes.js';
import { storedArrays } from '../../../src/net/stacked.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import type { Problem } from '../../../src/problem/problem.js';
import type { Frame } from '../../../src/protocol/frame.js';
import type { Perturbation } from '../../../src/protocol/perturbation.js';
import { parseIntervention } from '../../../src/run/schedule/intervention.js';
import { matchSeries } from '../../../src/store/series.js';
import { initialState, reduce, type State } from '../../../src/store/state.js';
import { randomProblem } from '../../support/problems.js';
import { eventsOf, framesOf, type RecordedRun, recordRun, trainTo } from '../../support/small-run.js';
import { randomDeepProblem } from '../../support/tfjs-problems.js';

const lastFrame = ({ messages }: RecordedRun): Frame => framesOf(messages).at(-1) as Frame;

const perturbed = (perturbation: Perturbation, step = 40): RecordedRun => {
  const recorded = recordRun();
  trainTo(recorded.run, step);
  recorded.run.handle({ type: 'perturb', perturbation });
  return recorded;
};

const student = ({ run }: RecordedRun): Network => run.networks.student;

describe('an engine rebuilt for another problem', () => {
  const changed = <P extends Problem>(problem: P): P => ({
    ...problem,
    trainingSet: problem.evaluationSet,
    evaluationSet: problem.trainingSet,
    batchSize: 3,
  });
  const twoLayer = randomProblem({ d: 6, m: 3, n: 8, c: 4, batch: 4 });
  const wider = {
    ...changed(twoLayer),
    teacher: randomProblem({ d: 6, m: 5, n: 8, c: 4, batch: 4 }).teacher,
  };
  const deep = randomDeepProblem({ batch: 4 });
  const strict = { strict: true, threads: 2 } as const;
  const choices: readonly (EngineChoice & { readonly before: Problem; readonly after: Problem })[] = [
    { engine: 'naive', precision: 'float64', ...strict, before: twoLayer, after: wider },
    { engine: 'wasm', precision: 'float64', ...strict, before: twoLayer, after: wider },
    { engine: 'wasm', precision: 'float32', ...strict, before: twoLayer, after: wider },
    { engine: 'tfjs', precision: 'float32', ...strict, before: twoLayer, after: wider },
    { engine: 'naive', precision: 'float64', ...strict, before: deep, after: changed(deep) },
    { engine: 'wasm', precision: 'float32', ...strict, before: deep, after: changed(deep) },
    { engine: 'tfjs', precision: 'float32', ...strict, before: deep, after: changed(deep) },
  ];

  test.each([0.9, 0])(
    'a deep layer frozen and trained again keeps what momentum %s remembers of it',
    async (momentum) => {
      const optimizer = { method: 'sgd', momentum, weightDecay: 0.01 } as const;
      const free = randomDeepProblem({ batch: 4 }, { rule: { ...deep.rule, optimizer } });
      const frozen = { ...free, rule: { ...free.rule, frozenLayers: [0, 1] } };
      const of = async (choice: EngineChoice) => {
        let engine: Engine = await createEngine(free, choice);
        const seen = [];
        for (const next of [frozen, free]) {
          engine.train(6);
          const state = engine.readState();
          seen.push(everyArray(state.student), state.optimizer);
          engine = engine.rebuild(next);
          engine.writeState(state);
        }
        engine.train(6);
        const { student: last } = engine.readState();
        engine.dispose();
        return [...seen, everyArray(last)] as readonly (readonly Float64Array[])[];
      };
      const oracle = await of({ engine: 'naive', precision: 'float64', ...strict });
      // Frozen at first, then moving again.
      expect(oracle[2][0]).toEqual(oracle[0][0]);
      expect(oracle[4][0]).not.toEqual(oracle[2][0]);
      if (momentum > 0) expect(oracle[3][0]).toEqual(oracle[1][0]);
      for (const engine of ['wasm', 'tfjs'] as const) {
        const found = await of({ engine, precision: 'float32', ...strict });
        found.forEach((arrays, at) => {
          for (const [i, values] of arrays.entries())
            expect(Math.max(...values.map((value, k) => Math.abs(value - oracle[at][i][k])))).toBeLessThan(
              5e-5,
            );
        });
      }
    },
  );

  test.each(choices)('$engine $precision has the bits of a new one, $before.kind', async (choice) => {
    const { before, after } = choice;
    const said = (engine: Engine) => {
      const report = engine.train(7);
      const all = [report, engine.evaluate('train'), engine.evaluate('eval'), engine.readState()];
      engine.dispose();
      return all;
    };
    const old = await createEngine(before, choice);
    old.train(5);
    expect(said(old.rebuild(after))).toEqual(said(await createEngine(after, choice)));
  });
});

describe('a change of what the student is trained under', () => {
  test('leaves the student as it is', () => {
    const plain = recordRun();
    trainTo(plain.run, 40);
    const kinds: Perturbation[] = [
      { kind: 'drift-teacher', scale: 0.5 },
      { kind: 'add-teacher-node', strength: 2 },
      { kind: 'batch-size', size: 3 },
      { kind: 'shift-inputs', by: 1 },
    ];
    for (const kind of kinds) expect(student(perturbed(kind))).toEqual(student(plain));
  });

  test('swapped strengths are told by the frames from then on, and no more after an undo', () => {
    const recorded = perturbed({ kind: 'swap-strengths', teachers: [0, 4] });
    const [strength] = recorded.run.header.teacherStrength;
    const [a, b, c, d, e] = strength;
    expect(lastFrame(recorded).teacherStrength).toEqual([[e, b, c, d, a]]);
    recorded.run.handle({ type: 'undo' });
    expect(lastFrame(recorded)).not.toHaveProperty('teacherStrength');
    recorded.run.handle({ type: 'redo' });
    expect(lastFrame(recorded).teacherStrength).toEqual([[e, b, c, d, a]]);
  });

  test('an added node is a row more, of the strength asked for', () => {
    const recorded = perturbed({ kind: 'add-teacher-node', strength: 2 });
    const { layers, teacherStrength } = lastFrame(recorded);
    expect(layers[0].correlation.length).toBe(6);
    expect(teacherStrength?.[0][5]).toBeCloseTo(2, 12);
    expect(teacherStrength?.[0].slice(0, 5)).toEqual(recorded.run.header.teacherStrength[0]);
    const { weight } = recorded.run.networks.teacher.hidden[0];
    expect(rowNorm(weight, 5)).toBeCloseTo(1, 12);
    recorded.run.handle({ type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 5 } });
    expect(eventsOf(recorded.messages).at(-1)?.event).not.toBe('refused');
  });

  test('frozen layers keep their bits, the other moves; both move again when both are trained', () => {
    const recorded = perturbed({ kind: 'freeze', part: 'features' });
    const frozen = student(recorded);
    trainTo(recorded.run, 60);
    expect(student(recorded).hidden).toEqual(frozen.hidden);
    expect(student(recorded).final).not.toEqual(frozen.final);
    recorded.run.handle({ type: 'perturb', perturbation: { kind: 'freeze', part: 'top-layer' } });
    const both = student(recorded);
    trainTo(recorded.run, 70);
    expect(student(recorded)).toEqual(both);
    recorded.run.handle({ type: 'perturb', perturbation: { kind: 'unfreeze' } });
    trainTo(recorded.run, 80);
    expect(student(recorded).hidden).not.toEqual(both.hidden);
    expect(student(recorded).final).not.toEqual(both.final);
  });

  test('a batch of another size draws on from the same stream', () => {
    const whole = recordRun({ batchSize: 12 });
    trainTo(whole.run, 30);
    const halved = recordRun({ batchSize: 6 });
    trainTo(halved.run, 20);
    halved.run.handle({ type: 'perturb', perturbation: { kind: 'batch-size', size: 12 } });
    trainTo(halved.run, 40);
    const sampler = ({ run }: RecordedRun) => run.takeSnapshot().engine.samplerState;
    expect(sampler(halved)).toEqual(sampler(whole));
  });

  test('moved inputs are what both networks are asked about', () => {
    const recorded = perturbed({ kind: 'scale-inputs', factor: 2 });
    recorded.run.handle({ type: 'perturb', perturbation: { kind: 'shift-inputs', by: -0.25 } });
    const { experiment } = recorded.run.header;
    const { evaluationSet, grid } = prepareRun(experiment).problem;
    const x = { ...evaluationSet, data: evaluationSet.data.map((value) => 2 * value - 0.25) };
    const [ofTeacher, ofStudent] = [recorded.teacher, student(recorded)].map(
      (network) => forward(network, x, grid, false).output,
    );
    const { loss } = lossGradient('half-squared-error', ofStudent, ofTeacher);
    expect(lastFrame(recorded).evalLoss).toBeCloseTo(loss, 12);
  });

  test('training goes on on the moved inputs, as an engine that was given them', () => {
    const recorded = perturbed({ kind: 'scale-inputs', factor: 1.5 });
    const { experiment } = recorded.run.header;
    const { problem } = prepareRun(experiment);
    const scaled = (data: Float64Array): Float64Array => data.map((value) => 1.5 * value);
    const engine = createNaiveEngine(
      {
        ...problem,
        trainingSet: { ...problem.trainingSet, data: scaled(problem.trainingSet.data) },
        evaluationSet: { ...problem.evaluationSet, data: scaled(problem.evaluationSet.data) },
      },
      { precision: 'float64' },
    );
    engine.writeState(recorded.run.takeSnapshot().engine);
    engine.train(20);
    trainTo(recorded.run, 60);
    expect(engine.readState().student).toEqual(student(recorded));
  });

  test('a drift moves every weight of the teacher, relative to its layer', () => {
    const recorded = perturbed({ kind: 'drift-teacher', scale: 0.1 });
    const { teacher } = recorded.run.networks;
    storedArrays(teacher).forEach((data, at) => {
      const before = storedArrays(recorded.teacher)[at];
      const rms = (values: Float64Array): number =>
        Math.sqrt(values.reduce((sum, value) => sum + value * value, 0) / values.length);
      const share = rms(data.map((value, i) => value - before[i])) / rms(before);
      expect(share).toBeGreaterThan(0.05);
      expect(share).toBeLessThan(0.2);
    });
    expect(lastFrame(recorded).teacherStrength?.[0]).toEqual(Array.from(fanOutNorms(teacher, 0)));
  });

  test.each<[Perturbation, string]>([
    [{ kind: 'batch-size', size: 61 }, 'there are 60 training samples'],
    [{ kind: 'swap-strengths', teachers: [0, 5] }, 'there is no teacher node 5: they go from 0 to 4'],
  ])('what does not fit is refused: %o', (perturbation, summary) => {
    expect(eventsOf(perturbed(perturbation).messages).at(-1)).toMatchObject({ event: 'refused', summary });
  });
});

describe('the store', () => {
  const shown = ({ messages }: RecordedRun): State => messages.reduce(reduce, initialState);

  test('orders the teacher nodes by the strengths that they have now', () => {
    const recorded = perturbed({ kind: 'swap-strengths', teachers: [0, 4] });
    const [strength] = recorded.run.header.teacherStrength;
    expect(shown(recorded).teacherStrength[0][4]).toBe(strength[0]);
    expect(shown(recorded).header).toBe(recorded.run.header);
    recorded.run.handle({ type: 'undo' });
    expect(shown(recorded).teacherStrength[0]).toEqual(strength);
  });

  test('has a series more once a node has been added, through any reduction of its history', () => {
    const recorded = recordRun({
      ...{ d: 3, multi: 1, batchSize: 4, trainSize: 20, evalSize: 10 },
      ...{ epochs: 48, frameEvery: 1 },
    });
    trainTo(recorded.run, 100);
    recorded.run.handle({ type: 'perturb', perturbation: { kind: 'add-teacher-node', strength: 1 } });
    trainTo(recorded.run, 1200);
    const { history, specializedSince } = shown(recorded);
    expect(specializedSince[0].length).toBe(6);
    const [first] = history.older;
    const last = history.recent.at(-1);
    const added = matchSeries(recorded.run.header, 0, 5);
    expect(first.last.length).toBe(added);
    expect(last?.last.length).toBe(added + 1);
    for (const bucket of [...history.older, ...history.recent].filter(({ fromStep }) => fromStep > 100))
      expect(bucket.maximum[added]).toBeGreaterThanOrEqual(bucket.minimum[added]);
  });
});

test.each([['3 add-teacher-node strength=1', 'nodes are added to a teacher of one dense hidden layer']])(
  '--at %s is refused for an experiment of several hidden layers',
  (text, reason) => {
    const experiment = resolveExperiment(
      { kind: 'multi-layer', d: 4, hidden: [5, 6], multi: 2, c: 3, trainSize: 64, evalSize: 64 },
      'test',
    );
    expect(() => parseIntervention(text, experiment)).toThrow(reason);
  },
);
