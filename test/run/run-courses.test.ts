import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { changesRun } from '../../src/log/log-file.js';
import type { Command } from '../../src/protocol/command.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { encodeCheckpoint } from '../../src/run/course/checkpoint-file.js';
import { replay } from '../../src/run/replay/replay.js';
import { resume } from '../../src/run/replay/resume.js';
import type { Run } from '../../src/run/run.js';
import { deterministic, recordRun, trainTo } from '../support/small-run.js';

const seed = 1909;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-courses-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

type Action = { readonly train: number } | Command;

const teacher = fc.nat(4);
const perturbation = fc.oneof(
  fc.record({ kind: fc.constant('noise' as const), scale: fc.double({ min: 0.1, max: 1, noNaN: true }) }),
  fc.record({ kind: fc.constant('kill-best-match' as const), teacher }),
  fc.record({
    kind: fc.constant('reinitialize' as const),
    which: fc.constantFrom('unlearned' as const, 'idle' as const),
  }),
  fc.record({ kind: fc.constant('drift-teacher' as const), scale: fc.constantFrom(0.1, 0.5) }),
  fc.record({ kind: fc.constant('swap-strengths' as const), teachers: fc.tuple(teacher, teacher) }),
  fc.record({ kind: fc.constant('add-teacher-node' as const), strength: fc.constant(0.5) }),
  fc.record({
    kind: fc.constant('freeze' as const),
    part: fc.constantFrom('features' as const, 'top-layer' as const),
  }),
  fc.constant({ kind: 'unfreeze' as const }),
  fc.record({ kind: fc.constant('batch-size' as const), size: fc.integer({ min: 1, max: 40 }) }),
  fc.record({ kind: fc.constant('scale-inputs' as const), factor: fc.constantFrom(0.5, 1.5) }),
  fc.record({ kind: fc.constant('shift-inputs' as const), by: fc.constantFrom(-0.5, 0.25) }),
);
const action: fc.Arbitrary<Action> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ train: fc.integer({ min: 1, max: 37 }) }) },
  { weight: 2, arbitrary: perturbation.map((chosen): Action => ({ type: 'perturb', perturbation: chosen })) },
  fc.constantFrom<Action>({ type: 'undo' }, { type: 'redo' }, { type: 'pause' }, { type: 'resume' }),
  fc.nat(100).map((step): Action => ({ type: 'rewind', step })),
  fc
    .constantFrom(17, 50)
    .chain((step) => fc.nat(4).map((changes): Action => ({ type: 'rewind', step, changes }))),
  fc.constantFrom(0.01, 0.09).map((learningRate): Action => ({ type: 'set-learning-rate', learningRate })),
  fc.constantFrom(0.5, 0.9).map((threshold): Action => ({ type: 'set-threshold', threshold })),
);

const options = {
  ...{ d: 5, multi: 2, batchSize: 6, trainSize: 40, evalSize: 12 },
  ...{ regenerateData: true, halvingPeriod: 3 },
};

/** What the experiment does to itself, at epoch boundaries, frames and between. */
const more = {
  interventions: [
    { at: 0, command: { type: 'set-learning-rate', learningRate: 0.06 } },
    { at: 17, command: { type: 'perturb', perturbation: { kind: 'noise', scale: 0.3 } } },
    { at: 50, command: { type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 1 } } },
    { at: 50, command: { type: 'perturb', perturbation: { kind: 'noise', scale: 0.1 } } },
  ],
} as const;

const act = (run: Run, action: Action): void => {
  if ('train' in action) trainTo(run, run.step + action.train, 11);
  else run.handle(action);
};

const courseOf = (actions: readonly Action[]) => {
  const { run, messages } = recordRun(options, more);
  for (const one of actions) act(run, one);
  return { run, messages, lines: messages.filter(isLogged) };
};

const choice = { engine: 'naive', precision: 'float64', strict: false } as const;

describe(`random courses of a run (seed ${seed})`, () => {
  const courses = fc.array(action, { minLength: 1, maxLength: 25 });

  test('replay from their lines, all of every frame but the clock, and every event', async () => {
    await fc.assert(
      fc.asyncProperty(courses, async (actions) => {
        const { run, lines } = courseOf(actions);
        const others: RunEvent[] = [];
        for await (const { logged, replayed } of replay(run.header, lines, choice, null, (event) =>
          others.push(event),
        ))
          expect(deterministic(replayed)).toEqual(deterministic(logged));
        expect(others).toEqual([]);
      }),
      { seed, numRuns: 25 },
    );
  });

  test('redo after undo or rewind is as if neither had happened', () => {
    fc.assert(
      fc.property(
        courses,
        fc.constantFrom<Command>({ type: 'undo' }, { type: 'rewind', step: 0 }),
        (actions, back) => {
          const stayed = courseOf(actions);
          const returned = courseOf(actions);
          returned.run.handle(back);
          fc.pre(
            !returned.messages.some(
              (message) =>
                message === returned.messages.at(-1) &&
                message.type === 'event' &&
                message.event === 'refused',
            ),
          );
          returned.run.handle({ type: 'redo' });
          expect(returned.run.step).toBe(stayed.run.step);
          expect(returned.run.frame()).toEqual({
            ...stayed.run.frame(),
            stepsPerSecond: expect.anything(),
            trainingSeconds: expect.anything(),
          });
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  test('go on from their log, from a checkpoint or from the start, as if they had not stopped', () => {
    const cut = fc.record({ checkpointAt: fc.nat(30), stopAt: fc.nat(30) });
    fc.assert(
      fc.property(courses, cut, (actions, { checkpointAt, stopAt }) => {
        const stop = Math.min(stopAt, actions.length);
        const whole = recordRun(options, more);
        let checkpoint: { readonly bytes: Uint8Array; readonly lines: number } | null = null;
        actions.slice(0, stop).forEach((one, at) => {
          if (at === checkpointAt && whole.run.isFramed)
            checkpoint = {
              bytes: encodeCheckpoint(whole.run.checkpoint(), whole.teacher, 'float64'),
              lines: whole.messages.filter(isLogged).length,
            };
          act(whole.run, one);
        });
        fc.pre(whole.run.state === 'running' && whole.run.isFramed);
        const lines = whole.messages.filter(isLogged);
        const known = checkpoint as { readonly bytes: Uint8Array; readonly lines: number } | null;

        const resumed = recordRun(options, { ...more, followsLog: true });
        const path = join(folder, 'checkpoint');
        if (known) writeFileSync(path, known.bytes);
        const frame = lines.slice(0, known?.lines).findLast((line) => line.type === 'frame') ?? null;
        const { unlogged, notes } = resume(
          resumed.run,
          {
            checkpoints: known ? [{ path, line: known.lines, frame }] : [],
            lines: lines
              .map((line, at) => ({ line, number: at + 1 }))
              .filter(({ line }) => line.type === 'frame' || changesRun(line)),
            reports: [],
            olderKernels: null,
          },
          resumed.messages.filter(isLogged),
        );
        expect({ unlogged, notes }).toEqual({ unlogged: [], notes: [] });
        resumed.run.continue(0);
        expect(resumed.messages.at(-1)).toMatchObject({ type: 'status', state: 'running' });
        const from = resumed.messages.length;
        const wholeFrom = whole.messages.length;
        for (const one of actions.slice(stop)) {
          act(whole.run, one);
          act(resumed.run, one);
        }
        const shown = (messages: readonly RunMessage[]) =>
          messages.filter(isLogged).map((line) => (line.type === 'frame' ? deterministic(line) : line));
        expect(shown(resumed.messages.slice(from))).toEqual(shown(whole.messages.slice(wholeFrom)));
      }),
      { seed, numRuns: 50 },
    );
  });
});
