import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { TwoLayerOptions } from '../../src/experiment/experiment.js';
import { readLog } from '../../src/log/log-reader.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { SessionMessage } from '../../src/protocol/session.js';
import { replay } from '../../src/run/replay/replay.js';
import { startRun } from '../../src/run/thread/run-host.js';
import type { LiveSession } from '../../src/session/live-session.js';
import { controlFrameOf, stepOf } from '../../src/store/selectors.js';
import { openSession } from '../support/threaded-session.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-control-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (options: TwoLayerOptions = {}, start = startRun) =>
  openSession(folder, { epochs: 40, regenerateData: true, ...options }, { start });

const hashes = (frames: readonly Frame[]): Map<number, string> =>
  new Map(frames.map(({ step, stateHash }) => [step, stateHash]));

const framesOf = (messages: readonly SessionMessage[]): Frame[] =>
  messages.filter((message) => message.type === 'frame');

const controlsOf = (messages: readonly SessionMessage[]): Frame[] =>
  messages.flatMap((message) => (message.type === 'control-frame' ? [message.frame] : []));

test('a control to which the run stays equal has the same bits at every frame', async () => {
  const { session, messages, until } = open({ epochs: 20 });
  await until((state) => stepOf(state) > 0);
  session.startControl();
  const end = await until(({ control, header }) => control?.compared?.run.step === header?.totalSteps);
  expect(end.control?.differsSince).toBeNull();
  const run = hashes(framesOf(messages));
  const control = [...hashes(controlsOf(messages))];
  expect(control.length).toBeGreaterThan(5);
  for (const [step, hash] of control) expect(`${step} ${run.get(step)}`).toBe(`${step} ${hash}`);
  await session.close('quit');
});

test('what is done to the run is not done to the control, and undo makes both equal again', async () => {
  const { session, until } = open();
  await until((state) => stepOf(state) > 0);
  session.send({ type: 'pause' });
  await until(({ runState }) => runState === 'paused');
  session.startControl();
  await until(({ control }) => control?.compared !== null && control !== null);
  session.send({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
  const differing = await until(({ control }) => control !== null && control.differsSince !== null);
  expect(differing.control?.differsSince).toBe(differing.control?.since);
  session.send({ type: 'undo' });
  expect((await until(({ control }) => control?.differsSince === null)).control?.compared?.run.step).toBe(
    differing.control?.since,
  );
  session.endControl(false);
  await until(({ control }) => control === null);
  await session.close('quit');
});

test('a promoted control is the run as if nothing had been done, and the log replays to it', async () => {
  const untouched = open();
  const whole = hashes(
    framesOf((await untouched.until(({ runState }) => runState === 'done')) && untouched.messages),
  );
  await untouched.session.close('quit');

  const { session, messages, until } = open();
  await until((state) => stepOf(state) > 0);
  session.startControl();
  await until(({ control }) => control !== null);
  session.send({ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } });
  await until(({ control }) => (control?.frames.control.length ?? 0) > 3);
  session.endControl(true);
  const promoted = await until(({ events }) =>
    events.some((event) => event.type === 'event' && event.event === 'promoted'),
  );
  expect(promoted.control).toBeNull();
  const from = messages.length;
  await until(({ runState }) => runState === 'done');
  const scheduled = framesOf(messages.slice(from)).filter(({ step }) => step % 500 === 0);
  expect(scheduled.length).toBeGreaterThan(3);
  for (const { step, stateHash } of scheduled)
    expect(`${step} ${stateHash}`).toBe(`${step} ${whole.get(step)}`);
  const path = session.logFolder ?? '';
  await session.close('quit');
  const { header, lines } = await readLog(path);
  let frames = 0;
  for await (const { logged, replayed } of replay(
    header,
    lines,
    { engine: 'wasm', precision: 'float32', strict: true },
    null,
  )) {
    expect(`${replayed.step} ${replayed.stateHash}`).toBe(`${logged.step} ${logged.stateHash}`);
    frames++;
  }
  expect(frames).toBe(lines.filter(({ type }) => type === 'frame').length);
});

test('a run that is paused between its frames is compared with its control there', async () => {
  const { session, until } = open();
  await until((state) => stepOf(state) > 0);
  session.startControl();
  await until(({ control }) => (control?.frames.control.length ?? 0) > 1);
  session.send({ type: 'pause' });
  let { frame } = await until(({ runState }) => runState === 'paused');
  // At one of two steps in a row no frame is due.
  for (const step of [1, 2].map((steps) => (frame?.step ?? 0) + steps)) {
    session.send({ type: 'advance', by: 'step' });
    ({ frame } = await until((state) => stepOf(state) === step && state.runState === 'paused'));
    const compared = await until((state) => state.frame === frame && controlFrameOf(state) !== null);
    expect(compared.control?.differsSince).toBeNull();
  }
  await session.close('quit');
});

test('neither of the two gets more than a few frames ahead', async () => {
  const { session, messages, until } = open({ epochs: 30 });
  await until((state) => stepOf(state) > 0);
  session.startControl();
  await until(({ control, header }) => control?.compared?.run.step === header?.totalSteps);
  const at = { run: 0, control: 0 };
  let mostAhead = 0;
  for (const message of messages) {
    if (message.type === 'frame') at.run = message.step;
    if (message.type === 'control-started') at.control = message.step;
    if (message.type === 'control-frame') at.control = message.frame.step;
    if (at.control > 0) mostAhead = Math.max(mostAhead, Math.abs(at.run - at.control));
  }
  expect(mostAhead).toBeLessThanOrEqual(2 * 500);
  await session.close('quit');
});

test.each([
  ['restarted', (session: LiveSession) => session.restart('same')],
  ['closed', () => undefined],
])('a control that is asked for just before the run is %s leaves no thread behind', async (_, end) => {
  const stops: boolean[] = [];
  const counting: typeof startRun = (request, listener) => {
    const handle = startRun(request, listener);
    const at = stops.push(false) - 1;
    const stop = (reason: string): Promise<void> => {
      stops[at] = true;
      return handle.stop(reason);
    };
    return { ...handle, stop };
  };
  const { session, messages, until } = open({}, counting);
  await until((state) => stepOf(state) > 0);
  session.startControl();
  end(session);
  await session.close('quit');
  expect(messages.filter(({ type }) => type === 'control-started')).toEqual([]);
  expect(stops).not.toContain(false);
});
