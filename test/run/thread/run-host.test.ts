import { expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { TwoLayerOptions } from '../../../src/experiment/experiment.js';
import type { RunMessage } from '../../../src/protocol/session.js';
import type { RunRequest } from '../../../src/run/thread/host-protocol.js';
import { type RunFailure, startRun } from '../../../src/run/thread/run-host.js';

const request = (options: TwoLayerOptions): RunRequest => ({
  identity: { program: 'teachtop test', preset: 'small', title: 'Small', startedAt: '2026-01-01T00:00:00Z' },
  experiment: resolveExperiment({ d: 8, m: 4, c: 4, trainSize: 200, evalSize: 100, ...options }, 'test'),
  engine: { engine: 'wasm', precision: 'float32', strict: true },
  dataFolder: null,
  threshold: 0.95,
  interventions: [],
  breakpoints: [],
  from: null,
});

/** Starts a run in a thread; `until` resolves when a message passes, `failed` when the thread dies. */
const open = (runRequest: RunRequest) => {
  const messages: RunMessage[] = [];
  const waiting = new Set<() => void>();
  const failed = Promise.withResolvers<RunFailure>();
  const handle = startRun(runRequest, {
    onMessage: (message) => {
      messages.push(message);
      for (const check of waiting) check();
    },
    onSnapshot: () => {},
    onCheckpoint: () => {},
    onFailure: failed.resolve,
  });
  const until = (passes: (message: RunMessage) => boolean): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (messages.some(passes)) resolve();
      };
      waiting.add(check);
      check();
    });
  return { handle, messages, until, failed: failed.promise };
};

test('a run in a thread goes from its header to its end and the thread ends when told to', async () => {
  const { handle, messages, until } = open(request({ epochs: 2, stepsPerEpoch: 100, frameEvery: 50 }));
  await until((message) => message.type === 'status' && message.state === 'done');
  await handle.stop('enough');
  expect(messages.find(({ type }) => type !== 'stage')?.type).toBe('header');
  const frames = messages.filter((message) => message.type === 'frame');
  expect(frames.map(({ step }) => step)).toEqual([0, 50, 100, 150, 200]);
  expect(messages.some((message) => message.type === 'event' && message.event === 'stopped')).toBe(false);
});

test('a thread in the middle of its training takes commands, and delivers its last event before it ends', async () => {
  const { handle, messages, until } = open(request({ epochs: 100_000, stepsPerEpoch: 1000 }));
  await until((message) => message.type === 'progress');
  handle.send({ type: 'pause' });
  await until((message) => message.type === 'status' && message.state === 'paused');
  await handle.stop('enough');
  expect(messages.at(-1)).toMatchObject({ event: 'stopped', summary: 'enough' });
});

test('a thread that dies is one line, and stopping it is no wait', async () => {
  const sound = request({});
  const { handle, messages, failed } = open({ ...sound, experiment: { ...sound.experiment, d: -1 } });
  expect(await failed).toMatchObject({
    kind: 'crash',
    reason: expect.stringMatching(/^the training thread failed: .+/),
  });
  await handle.stop('enough');
  expect(messages.filter(({ type }) => type !== 'stage')).toEqual([]);
});

test("input that cannot be used is the user's to mend, in the words of its error", async () => {
  const sound = request({});
  const { failed } = open({ ...sound, engine: { ...sound.engine, engine: 'naive' } });
  expect(await failed).toEqual({
    kind: 'unusable-input',
    reason: 'engine naive: precision "float32" is not offered, allowed: "float64"',
  });
});
