import * as fc from 'fast-check';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { LayerResult, SweepResult } from '../../src/sweep/result.js';

export type Outcome = Pick<SweepResult, 'status' | 'epochs'> & {
  readonly students: Omit<LayerResult, 'teacherStrength'>;
};

/** A result line around what a property chooses: for aggregation only, which does not care where numbers come from. */
export const resultOf = (
  { status, epochs, students }: Outcome,
  seed: number,
  cell: { readonly multi: number; readonly strengthDecay: number; readonly m: number },
): SweepResult => ({
  type: 'result',
  formatVersion: 2,
  run: `multi=${cell.multi},strengthDecay=${cell.strengthDecay},m=${cell.m}/seed=${seed}`,
  cell,
  seed,
  experiment: resolveExperiment({ d: 30, c: 4, epochs: 3, seed, ...cell }, 'test'),
  engine: { engine: 'wasm', variant: 'simd', precision: 'float32', threads: 1 },
  reason: '',
  steps: 3000,
  seconds: 1,
  finishedAt: '2026-01-01T00:00:00.000Z',
  status,
  epochs,
  layers: [{ teacherStrength: new Array<number>(cell.m).fill(1), ...students }],
});

const correlation = fc.oneof(fc.double({ min: -1, max: 1, noNaN: true }), fc.constant(Number.NaN));
const loss = fc.oneof(fc.double({ min: 1e-15, max: 10, noNaN: true }), fc.constantFrom(Number.NaN, 0));

/** Outcomes of runs of m teacher and n student nodes over epochs 0 to 3, cut short where they did not end. */
export const outcomes = (m: number, n: number): fc.Arbitrary<Outcome> =>
  fc
    .record({
      status: fc.constantFrom('done', 'diverged', 'stopped', 'failed'),
      length: fc.integer({ min: 1, max: 4 }),
      losses: fc.array(loss, { minLength: 4, maxLength: 4 }),
      matches: fc.array(fc.array(correlation, { minLength: m, maxLength: m }), {
        minLength: 4,
        maxLength: 4,
      }),
      students: fc.record({
        bestMatchTrain: fc.array(correlation, { minLength: n, maxLength: n }),
        bestMatchEval: fc.array(correlation, { minLength: n, maxLength: n }),
        fanOutNorm: fc.array(fc.double({ min: 0, max: 5, noNaN: true }), { minLength: n, maxLength: n }),
      }),
    })
    .map(
      ({ status, length, losses, matches, students }): Outcome => ({
        status,
        students,
        epochs: losses.slice(0, status === 'done' ? 4 : length).map((evalLoss, epoch) => ({
          epoch,
          evalLoss,
          trainLoss: evalLoss,
          bestMatchOfTeacher: [matches[epoch]],
        })),
      }),
    );
