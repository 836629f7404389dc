import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { planOf as planOfPreset, withSettings } from '../../src/commands/train/plan.js';
import { loadPreset } from '../../src/experiment/preset.js';
import { readLog } from '../../src/log/log-reader.js';
import type { Command } from '../../src/protocol/command.js';
import type { SessionMessage } from '../../src/protocol/session.js';
import type { RunRequest } from '../../src/run/thread/host-protocol.js';
import type { RunHandle, RunListener, startRun } from '../../src/run/thread/run-host.js';
import { LiveSession } from '../../src/session/live-session.js';
import { recordRun, trainTo } from '../support/small-run.js';

const planOf = (preset: string, settings: readonly string[] = []) =>
  planOfPreset(loadPreset(preset), withSettings(settings));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-session-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs in this thread on the oracle, trained at once to step 50, in place of the training thread. */
const inThisThread =
  (requests: RunRequest[], commands: unknown[]): typeof startRun =>
  (request, { onMessage }) => {
    requests.push(request);
    const { run, messages } = recordRun({ seed: request.experiment.seed });
    trainTo(run, 50);
    queueMicrotask(() => {
      for (const message of messages)
        onMessage(message.type === 'header' ? { ...message, preset: request.identity.preset } : message);
    });
    return {
      send: (command) => commands.push(command),
      stop: async (reason) => {
        const before = messages.length;
        run.stop(reason);
        for (const message of messages.slice(before)) onMessage(message);
      },
    };
  };

const openSession = (options: { readonly record?: boolean; readonly startRun?: typeof startRun } = {}) => {
  const requests: RunRequest[] = [];
  const commands: Command[] = [];
  const messages: SessionMessage[] = [];
  const session = new LiveSession({
    program: 'teachtop test',
    engine: { engine: 'naive', strict: false },
    dataFolder: null,
    threshold: 0.95,
    logParent: () => folder,
    record: options.record ?? true,
    planOf,
    startRun: options.startRun ?? inThisThread(requests, commands),
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  session.subscribe((message) => messages.push(message));
  return { session, requests, commands, messages };
};

/** Resolves when everything that was under way has been delivered. */
const delivered = (): Promise<void> => new Promise(setImmediate);

const headers = (messages: readonly SessionMessage[]): string[] =>
  messages.flatMap((message) => (message.type === 'header' ? [message.preset] : []));

test('a closed session leaves one whole log per run, whose last event says why it ended', async () => {
  const { session } = openSession();
  session.start(planOf('quick-start'));
  await delivered();
  await session.close('quit');
  const log = await readLog(join(folder, readdirSync(folder)[0]));
  expect(log.lines.at(-1)).toMatchObject({ event: 'stopped', summary: 'quit' });
  expect(log.tornBytes).toBe(0);
});

test('every line is on disk before a listener hears of it', async () => {
  const { session } = openSession();
  const seen: Promise<boolean>[] = [];
  session.subscribe((message) => {
    const logFolder = session.logFolder;
    if (message.type !== 'frame' || logFolder === null) return;
    seen.push(
      readLog(logFolder).then(({ lines }) =>
        lines.some((line) => line.type === 'frame' && line.step === message.step),
      ),
    );
  });
  session.start(planOf('quick-start'));
  await delivered();
  expect(seen.length).toBeGreaterThan(2);
  expect(await Promise.all(seen)).not.toContain(false);
});

test('switching presets quickly starts only the last one asked for', async () => {
  const { session, messages } = openSession();
  session.start(planOf('quick-start'));
  session.switchPreset('strong-first');
  session.switchPreset('paper-m10');
  session.switchPreset('ten-fold');
  await delivered();
  expect(headers(messages)).toEqual(['quick-start', 'ten-fold']);
});

test('a preset with changed settings is a run of its own, titled as by --set, and the run before can be brought back', async () => {
  const { session, messages, requests } = openSession();
  session.start(planOf('quick-start'));
  await delivered();
  session.switchPreset('quick-start', ['multi=8', 'learningRate=0.01']);
  await delivered();
  expect(requests[1].identity.title).toBe('Quick start with multi=8, learningRate=0.01');
  expect(requests[1].experiment).toMatchObject({ n: 80, learningRate: 0.01 });
  session.switchPreset('quick-start', ['n=8', 'multi=8']);
  expect(messages.at(-1)).toMatchObject({
    event: 'refused',
    summary: expect.stringContaining('one of the two'),
  });
  session.bringBack();
  await delivered();
  expect(requests.at(-1)?.identity.title).toBe('Quick start');
});

test('closing in the middle of a switch starts nothing more', async () => {
  const { session, messages } = openSession();
  session.start(planOf('quick-start'));
  await delivered();
  session.switchPreset('strong-first');
  await session.close('quit');
  expect(headers(messages)).toEqual(['quick-start']);
  expect((await readLog(join(folder, readdirSync(folder)[0]))).lines.at(-1)).toMatchObject({
    event: 'stopped',
  });
});

test('a preset that does not exist is refused as an event and the run goes on', () => {
  const { session, requests, messages } = openSession();
  session.start(planOf('quick-start'));
  session.switchPreset('no-such');
  expect(requests.length).toBe(1);
  expect(messages.at(-1)).toMatchObject({ type: 'event', event: 'refused', summary: /no-such/ });
});

test('restart keeps the seed or takes the next one', async () => {
  const { session, requests } = openSession();
  session.start(planOf('quick-start'));
  session.restart('same');
  await delivered();
  session.restart('new');
  await delivered();
  expect(requests.map(({ experiment }) => experiment.seed)).toEqual([1, 1, 2]);
});

test('the log can stay off, and go on and off by key', async () => {
  const { session, messages } = openSession({ record: false });
  session.start(planOf('quick-start'));
  await delivered();
  expect(readdirSync(folder)).toEqual([]);
  session.setLogging(true);
  session.setLogging(false);
  expect(readdirSync(folder).length).toBe(1);
  expect(messages.flatMap((message) => (message.type === 'log' ? [message.state] : []))).toEqual([
    'off',
    'recording',
    'off',
  ]);
});

test('a run whose thread never answers has its log closed all the same, once, and nothing more from it', async () => {
  const { promise: forever } = Promise.withResolvers<void>();
  const { promise: closed, resolve } = Promise.withResolvers<void>();
  const { session, messages } = openSession({
    startRun: (request, listener) => ({
      ...inThisThread([], [])(request, listener),
      stop: (_, onOverdue) => {
        onOverdue?.();
        resolve();
        return forever;
      },
    }),
  });
  session.start(planOf('quick-start'));
  await delivered();
  void session.close('ended by a signal');
  await closed;
  const [name] = readdirSync(folder);
  const { lines } = await readLog(join(folder, name));
  const [before, last] = lines.slice(-2);
  expect(last).toEqual({ type: 'event', step: 50, event: 'stopped', summary: 'ended by a signal' });
  expect(before).toMatchObject({ step: 50 });
  expect(messages.at(-1)).toEqual(last);
  await delivered();
  expect(readdirSync(join(folder, name))).not.toContain('run.lock');
});

test('a run that was done is not stopped once more', async () => {
  const { session } = openSession({
    startRun: (request, listener) => {
      const handle = inThisThread([], [])(request, listener);
      queueMicrotask(() => {
        listener.onMessage({ type: 'event', step: 50, event: 'done' });
        listener.onMessage({ type: 'status', state: 'done', step: 50 });
        listener.onMessage({ type: 'event', step: 50, event: 'threshold', threshold: 0.5 });
      });
      return { ...handle, stop: async () => {} };
    },
  });
  session.start(planOf('quick-start'));
  await delivered();
  await session.close('quit');
  const { lines } = await readLog(join(folder, readdirSync(folder)[0]));
  expect(lines.at(-1)).toMatchObject({ event: 'threshold' });
});

test('a threshold set by key holds for the next run too', async () => {
  const { session, requests, commands } = openSession();
  session.start(planOf('quick-start'));
  session.send({ type: 'set-threshold', threshold: 0.8 });
  session.restart('same');
  await delivered();
  expect(commands).toEqual([{ type: 'set-threshold', threshold: 0.8 }]);
  expect(requests.map(({ threshold }) => threshold)).toEqual([0.95, 0.8]);
});

test('a preset that cannot run is refused while another stands on the screen, and ends the first start', async () => {
  let listener: RunListener | null = null;
  const failing = (_: RunRequest, told: RunListener): RunHandle => {
    listener = told;
    return { send: () => {}, stop: async () => {} };
  };
  const failure = { kind: 'unusable-input', reason: 'mnist: no such file' } as const;
  const commands: Command[] = [];
  const working = inThisThread([], commands);
  let broken = true;
  const session = new LiveSession({
    program: 'teachtop test',
    engine: { engine: 'naive', strict: false },
    dataFolder: null,
    threshold: 0.95,
    logParent: () => folder,
    record: false,
    planOf,
    startRun: (request, told) => (broken ? failing(request, told) : working(request, told)),
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  const messages: SessionMessage[] = [];
  session.subscribe((message) => messages.push(message));
  session.start(planOf('quick-start'));
  (listener as RunListener | null)?.onFailure(failure);
  expect(await session.failed).toEqual(failure);

  broken = false;
  session.switchPreset('quick-start');
  await vi.waitFor(() => expect(headers(messages)).toEqual(['quick-start']));
  broken = true;
  session.switchPreset('ten-fold');
  await vi.waitFor(() => {
    (listener as RunListener | null)?.onFailure(failure);
    expect(messages.at(-1)).toMatchObject({ event: 'refused', summary: 'mnist: no such file' });
  });
  await session.close('quit');
});
