import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { timelineOf } from '../../src/report/run-timeline.js';
import { allBuckets } from '../../src/store/history.js';
import { initialState, reduce } from '../../src/store/state.js';
import { recordRun, trainTo } from '../support/small-run.js';

const seed = 1909;

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ train: fc.integer({ min: 1, max: 30 }) }) },
  fc.constantFrom(
    { type: 'perturb', perturbation: { kind: 'noise', scale: 0.3 } } as const,
    { type: 'undo' } as const,
    { type: 'redo' } as const,
    { type: 'set-learning-rate', learningRate: 0.03 } as const,
  ),
  fc.record({ type: fc.constant('rewind' as const), step: fc.nat(100) }),
);

test(`the screen and the report see the same past, wherever a run jumps (seed ${seed})`, () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 20 }), (commands) => {
      const { run, messages } = recordRun({ d: 5, multi: 2, trainSize: 30, evalSize: 20, batchSize: 6 });
      for (const one of commands)
        if ('train' in one) trainTo(run, run.step + one.train);
        else run.handle(one);
      const state = messages.reduce(reduce, initialState);
      const { frames } = timelineOf(messages.filter(isLogged), 25);
      const buckets = allBuckets(state.history);
      const shown = buckets.filter(({ toStep }, at) => buckets[at + 1]?.toStep !== toStep);
      expect(frames.map(({ step }) => step)).toEqual(shown.map(({ toStep }) => toStep));
      expect(frames.map(({ evalLoss }) => evalLoss)).toEqual(shown.map(({ last }) => last[1]));
    }),
    { seed, numRuns: 60 },
  );
});
