import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import type { RunEvent } from '../../src/protocol/event.js';
import { replay } from '../../src/run/replay/replay.js';
import { allBuckets } from '../../src/store/history.js';
import { clockOf, stepOf } from '../../src/store/selectors.js';
import type { State } from '../../src/store/state.js';
import { openSession } from '../support/threaded-session.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-back-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A run that goes on until it is ended. */
const open = (record: boolean) => openSession(folder, { epochs: 100_000, seed: 3 }, { record });

const seedOf = ({ header }: State): unknown =>
  header && 'seed' in header.experiment ? header.experiment.seed : null;

test.each([true, false])(
  'a run that a restart took the place of comes back and goes on, recorded: %s',
  async (record) => {
    const { session, until } = open(record);
    await until((state) => stepOf(state) > 0);
    session.send({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.3 } });
    await until(({ events }) =>
      events.some((event) => event.type === 'event' && event.event === 'perturbed'),
    );
    session.restart('new');
    const other = await until((state) => seedOf(state) === 4 && stepOf(state) > 0);
    const left = stepOf(other.replaced as State);
    expect(left).toBeGreaterThan(0);
    const trained = (other.replaced as State).frame?.trainingSeconds;
    if (trained === undefined) throw new Error('no frame');
    session.bringBack();
    // Its past is on the screen at once, and it trains on from where it stood.
    const back = await until((state) => seedOf(state) === 3 && stepOf(state) > left);
    expect(allBuckets(back.history)[0].fromStep).toBe(0);
    expect(back.marks.map(({ kind }) => kind)).toContain('perturbed');
    expect(back.isStopped).toBe(false);
    expect(clockOf(back).trainingSeconds).toBeGreaterThan(trained);
    session.send({ type: 'undo' });
    await until(({ events }) => events.some((event) => event.type === 'event' && event.event === 'undone'));
    // The other run can be brought back in turn.
    session.bringBack();
    const hasGoneOn = ({ events }: State): boolean =>
      events.some((event) => event.type === 'event' && event.event === 'continued');
    // While a run is on its way there is none to bring back.
    await until((state) => seedOf(state) === 4 && hasGoneOn(state) && state.starting === null);
    // And the first one again, with its past.
    session.bringBack();
    const again = await until((state) => seedOf(state) === 3 && state.starting === null);
    expect(allBuckets(again.history)[0].fromStep).toBe(0);
    expect(again.events.filter(({ type }) => type === 'started')).toHaveLength(2);
    await session.close('quit');
    const folders = readdirSync(folder);
    expect(folders.length).toBe(record ? 2 : 0);
    for (const name of folders) {
      const log = await readLog(join(folder, name));
      const events = log.lines.flatMap((line): RunEvent['event'][] =>
        line.type === 'event' ? [line.event] : [],
      );
      expect(events).toContain('continued');
      const engine = { engine: 'wasm', precision: 'float32', strict: true } as const;
      for await (const { logged, replayed } of replay(log.header, log.lines, engine, null))
        expect(`${replayed.step} ${replayed.stateHash}`).toBe(`${logged.step} ${logged.stateHash}`);
    }
  },
);

test('without a run before there is none to bring back', async () => {
  const { session, until } = open(false);
  await until((state) => stepOf(state) > 0);
  session.bringBack();
  await until(({ events }) => events.some((event) => event.type === 'event' && event.event === 'refused'));
  await session.close('quit');
});

test('what is asked for while a run is on its way is asked of it', async () => {
  const { session, until } = open(false);
  await until((state) => stepOf(state) > 0);
  session.restart('new');
  session.send({ type: 'pause' });
  const paused = await until((state) => seedOf(state) === 4 && state.runState === 'paused');
  // It was under way to its second frame at most.
  expect(stepOf(paused)).toBeLessThan(500);
  await session.close('quit');
});

/** Frames by step, less the clock readings; of those that share a step the last. */
const framesOf = async (path: string): Promise<Map<number, string>> => {
  const { lines } = await readLog(path);
  return new Map(
    lines.flatMap((line): [number, string][] => {
      if (line.type !== 'frame') return [];
      const { trainLoss, evalLoss, layers, stateHash } = line;
      return [[line.step, JSON.stringify({ trainLoss, evalLoss, layers, stateHash })]];
    }),
  );
};

test('any stopped run is gone on with from its folder, with the bits of one that was not left', async () => {
  const first = open(true);
  await first.until((state) => stepOf(state) > 0);
  first.session.restart('new');
  await first.until((state) => seedOf(state) === 4 && stepOf(state) > 0);
  await first.session.close('quit');
  const [left, right] = readdirSync(folder).map((name) => join(folder, name));

  const second = open(true);
  await second.until((state) => seedOf(state) === 3 && stepOf(state) > 0);
  const stood = Math.max(...(await framesOf(left)).keys());
  second.session.goOnWith(left);
  const back = await second.until(
    (state) => state.log.path === left && stepOf(state) > stood + 1000 && state.starting === null,
  );
  // What the log said of before is on the screen.
  expect(allBuckets(back.history)[0].fromStep).toBe(0);
  second.session.goOnWith(right);
  const timesGoneOn = ({ events }: State): number =>
    events.filter((event) => event.type === 'event' && event.event === 'continued').length;
  const isRight = (state: State): boolean => seedOf(state) === 4 && state.log.path === right;
  // The log is named with its first line, while the rest of it is read.
  await second.until((state) => isRight(state) && timesGoneOn(state) === 1);
  await second.until((state) => isRight(state) && timesGoneOn(state) === 2);
  // The one before is at hand still.
  second.session.bringBack();
  await second.until((state) => state.log.path === left && seedOf(state) === 3 && state.starting === null);
  await second.session.close('quit');

  const undisturbed = readdirSync(folder).find((name) => ![left, right].includes(join(folder, name)));
  const [without, resumed] = await Promise.all([framesOf(join(folder, undisturbed ?? '')), framesOf(left)]);
  const shared = [...resumed.keys()].filter((step) => without.has(step));
  expect(shared.length).toBeGreaterThan(1);
  for (const step of shared) expect(resumed.get(step)).toBe(without.get(step));
  const log = await readLog(left);
  const engine = { engine: 'wasm', precision: 'float32', strict: true } as const;
  for await (const { logged, replayed } of replay(log.header, log.lines, engine, null))
    expect(`${replayed.step} ${replayed.stateHash}`).toBe(`${logged.step} ${logged.stateHash}`);
});

test('a run that is done, gone or held by another is refused, and the current one trains on', async () => {
  const { session, until } = open(true);
  await until((state) => stepOf(state) > 0);
  session.goOnWith(join(folder, 'none'));
  await until(({ events }) => events.some((event) => event.type === 'event' && event.event === 'refused'));
  const [name] = readdirSync(folder);
  session.goOnWith(join(folder, name));
  const refusals = (state: State) =>
    state.events.flatMap((event) =>
      event.type === 'event' && event.event === 'refused' ? [event.summary] : [],
    );
  const state = await until((now) => refusals(now).length === 2);
  expect(refusals(state)).toEqual([
    expect.stringContaining('no such frame log'),
    expect.stringContaining(`process ${process.pid}`),
  ]);
  await until((now) => stepOf(now) > stepOf(state));
  await session.close('quit');
});
