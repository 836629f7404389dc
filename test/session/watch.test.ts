import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as z from 'zod';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { LogIndex } from '../../src/log/log-index.js';
import { LogWriter } from '../../src/log/log-writer.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Header } from '../../src/protocol/header.js';
import { logJsonSchema } from '../../src/protocol/line.js';
import type { RunMessage, SessionMessage } from '../../src/protocol/session.js';
import { LogTimeline } from '../../src/session/log-timeline.js';
import { WatchSession } from '../../src/session/watch-session.js';
import { Recording } from '../../src/store/recording.js';
import { runStateOf, stepOf } from '../../src/store/selectors.js';
import { initialState, reduce, type State } from '../../src/store/state.js';
import { Playback } from '../../src/ui/dashboard/playback.js';
import { pythonEnvironment, pythonWith } from '../support/outside.js';
import { recordRun, trainTo } from '../support/small-run.js';
import { projectFolder } from '../support/terminal-program.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-watch-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

/** A run with a perturbation, an undo and a rewind: steps go back and forth. */
const eventful = (): { header: Header; lines: (Frame | RunEvent)[] } => {
  const { run, messages } = recordRun({ frameEvery: 3 });
  trainTo(run, 40);
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
  trainTo(run, 70);
  run.handle({ type: 'undo' });
  trainTo(run, 60);
  run.handle({ type: 'rewind', step: 20 });
  trainTo(run, 100);
  return { header: run.header, lines: messages.filter(isLogged) };
};

const written = (header: Header, lines: readonly (Frame | RunEvent)[]): string => {
  const writer = new LogWriter(
    () => folder,
    header,
    () => {},
  );
  writer.start();
  for (const line of lines) writer.write(line);
  writer.close();
  return join(writer.folder ?? '', logFileName);
};

/** The states after each frame and what followed it, by the definition. */
const statesOf = (header: Header, lines: readonly (Frame | RunEvent)[], path: string): State[] => {
  const watched = { type: 'log', state: 'watched', path, reason: '' } as const;
  let state = reduce(reduce(initialState, watched), header);
  const states: State[] = [];
  lines.forEach((line, at) => {
    state = reduce(state, line);
    const next = lines[at + 1];
    if (lines.slice(0, at + 1).some(({ type }) => type === 'frame') && (!next || next.type === 'frame'))
      states.push(state);
  });
  return states;
};

/** The timeline of a log that has been read to its end. */
const timelineOf = (path: string): { index: LogIndex; timeline: LogTimeline } => {
  const index = new LogIndex(path);
  const timeline = new LogTimeline(index);
  timeline.follow();
  return { index, timeline };
};

describe('the timeline of a log', () => {
  test('has the state at every frame, in whatever order they are asked for', () => {
    const { header, lines } = eventful();
    const path = written(header, lines);
    const expected = statesOf(header, lines, path);
    const { index, timeline } = timelineOf(path);
    expect(timeline.length).toBe(lines.filter(({ type }) => type === 'frame').length);
    fc.assert(
      fc.property(fc.array(fc.nat(timeline.length - 1), { minLength: 1, maxLength: 30 }), (order) => {
        for (const at of order) expect(timeline.stateAt(at)).toEqual(expected[at]);
      }),
      { seed: 1909, numRuns: 8 },
    );
    index.close();
  });

  test('grows with its file, a torn line taken up when it is whole', () => {
    const { header, lines } = eventful();
    const path = written(header, lines.slice(0, 5));
    const { index, timeline } = timelineOf(path);
    for (const line of lines.slice(5)) {
      const text = logLine(line);
      appendFileSync(path, text.slice(0, 20));
      expect(timeline.follow()).toBe(false);
      const before = index.lines.length;
      appendFileSync(path, text.slice(20));
      expect(timeline.follow()).toBe(true);
      expect(index.lines.length).toBe(before + 1);
    }
    expect(timeline.follow()).toBe(false);
    const expected = statesOf(header, lines, path);
    expect(timeline.stateAt(timeline.length - 1)).toEqual(expected.at(-1));
    index.close();
  });

  test('leads from event to event', () => {
    const { header, lines } = eventful();
    const { index, timeline } = timelineOf(written(header, lines));
    const found: number[] = [];
    for (let at: number | null = 0; at !== null; at = timeline.eventFrom(at, 1)) found.push(at);
    const withEvents = found.slice(1).map((at) => timeline.stateAt(at).events.at(-1));
    expect(withEvents.map((event) => event?.type === 'event' && event.event)).toEqual(
      expect.arrayContaining(['perturbed', 'undone', 'rewound', 'done']),
    );
    expect(timeline.eventFrom(found[2], -1)).toBe(found[1]);
    index.close();
  });

  test('of a file that is no log is refused; a line that is none is left out and said', async () => {
    const strange = join(folder, 'strange.jsonl');
    writeFileSync(strange, '');
    await expect(LogIndex.readWhole(strange)).rejects.toThrow(/no whole first line/);
    const { header, lines } = eventful();
    const path = written(header, lines);
    appendFileSync(path, '{"type":"frame"}\n');
    const { index, timeline } = timelineOf(path);
    expect(index.lines.length).toBe(lines.length);
    expect(timeline.stateAt(0).log.reason).toBe(
      `1 line left out: line ${lines.length + 2} (step: Invalid input: expected number, received undefined)`,
    );
    index.close();
  });

  test('read in small pieces, ends at once with what its end shows', () => {
    const { header, lines } = eventful();
    const many = Array.from({ length: 20 }, () => lines).flat();
    const path = written(header, many);
    const index = new LogIndex(path);
    const timeline = new LogTimeline(index);
    timeline.follow(4096);
    expect(index.bytesLeft).toBeGreaterThan(0);
    const early = timeline.stateAt(timeline.length - 1);
    expect(early.frame).toEqual(lines.findLast(({ type }) => type === 'frame'));
    expect(early.log.reason).toMatch(/^reading it: \d+% of \d+ MB$/);
    while (index.bytesLeft > 0) timeline.follow(4096);
    expect(timeline.stateAt(timeline.length - 1)).toEqual(statesOf(header, many, path).at(-1));
    index.close();
  });
});

describe('the recording of a live run', () => {
  const record = (messages: readonly RunMessage[]): Recording => {
    const recording = new Recording();
    let state: State = initialState;
    for (const message of messages) {
      state = reduce(state, message);
      if (message.type === 'frame') recording.add(state);
      if (message.type === 'event') recording.amend(state);
    }
    return recording;
  };

  test('keeps every frame of a short run', () => {
    const { run, messages } = recordRun({ frameEvery: 2 });
    trainTo(run, 100);
    const recording = record(messages);
    const steps = Array.from({ length: recording.length }, (_, at) => stepOf(recording.stateAt(at)));
    expect(steps).toEqual(Array.from({ length: 51 }, (_, at) => 2 * at));
  });

  test('is thinned, the start and the latest frames in it', () => {
    const { run, messages } = recordRun({ frameEvery: 1, epochs: 36 });
    trainTo(run, 900);
    const recording = record(messages);
    expect(recording.length).toBeLessThanOrEqual(512);
    expect(recording.length).toBeGreaterThan(200);
    const steps = Array.from({ length: recording.length }, (_, at) => stepOf(recording.stateAt(at)));
    expect(steps[0]).toBe(0);
    expect(steps.slice(-100)).toEqual(Array.from({ length: 100 }, (_, at) => 801 + at));
    expect(steps).toEqual([...steps].sort((a, b) => a - b));
  });

  test('forgets the course that an undo has left', () => {
    const { run, messages } = recordRun({ frameEvery: 5 });
    trainTo(run, 50);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
    trainTo(run, 80);
    run.handle({ type: 'undo' });
    const recording = record(messages);
    expect(stepOf(recording.stateAt(recording.length - 1))).toBe(50);
    expect(recording.stateAt(recording.length - 1).frame?.stateHash).toBe(run.frame().stateHash);
  });
});

describe('playing', () => {
  const timeline = {
    length: 100,
    indexOf: () => null,
    stateAt: () => initialState,
    eventFrom: () => null,
    pairHistory: () => [],
  };

  test('moves on as the clock does, and ends at the latest frame', () => {
    const playback = new Playback(timeline, true);
    playback.toggle(1000);
    playback.tick(2000);
    expect(playback.view).toMatchObject({ index: 8, playing: true });
    playback.scaleSpeed(2);
    playback.tick(3000);
    expect(playback.view.index).toBe(24);
    playback.toggle(3000);
    playback.tick(9000);
    expect(playback.view).toMatchObject({ index: 24, playing: false });
    playback.toggle(9000);
    playback.tick(60_000);
    expect(playback.view).toMatchObject({ index: null, playing: false });
  });

  test('steps stay within the log; beyond the last frame it follows', () => {
    const playback = new Playback(timeline, true);
    playback.move(-1);
    expect(playback.view.index).toBe(98);
    playback.move(Number.NEGATIVE_INFINITY);
    expect(playback.view.index).toBe(0);
    playback.move(-5);
    expect(playback.view.index).toBe(0);
    playback.move(Number.POSITIVE_INFINITY);
    expect(playback.view.index).toBeNull();
  });
});

const python = pythonWith('numpy');

test.skipIf(python === undefined)('a log of another trainer is one that can be watched', () => {
  const example = join(projectFolder, 'examples', 'pytorch_log.py');
  execFileSync(python ?? '', [example, join(folder, 'run'), '--numpy'], { env: pythonEnvironment });
  const { index, timeline } = timelineOf(join(folder, 'run'));
  expect(timeline.length).toBe(61);
  const { frame, specializedSince, runState } = timeline.stateAt(60);
  expect(runState).toBe('done');
  expect(frame?.evalLoss).toBeLessThan(1e-2);
  expect(specializedSince[0].some((step) => step !== null)).toBe(true);
  index.close();
});

test('every line of a log is of that schema, and others are not', () => {
  const { header, lines } = eventful();
  const schema = z.fromJSONSchema(JSON.parse(JSON.stringify(logJsonSchema())));
  for (const line of [header, ...lines])
    expect(schema.safeParse(JSON.parse(logLine(line))).success).toBe(true);
  expect(schema.safeParse({ type: 'frame', step: 1 }).success).toBe(false);
});

test('a log may begin after its watcher, and be begun again', () => {
  const { header, lines } = eventful();
  const path = join(folder, 'later.jsonl');
  const told: SessionMessage[] = [];
  const session = new WatchSession({
    find: () => (existsSync(path) ? path : null),
    waiting: 'waiting for it',
    clock: () => 0,
  });
  session.subscribe((message) => told.push(message));
  expect(session.poll()).toBe(false);
  expect(told).toEqual([{ type: 'log', state: 'watched', path: null, reason: 'waiting for it' }]);
  expect(session.length).toBe(0);
  writeFileSync(path, '');
  session.poll();
  expect(told.length).toBe(1);
  appendFileSync(path, [header, ...lines.slice(0, 3)].map(logLine).join(''));
  session.poll();
  expect(told.at(-1)).toEqual(header);
  expect(session.stateAt(session.length - 1).frame).toEqual(lines[2]);
  appendFileSync(path, lines.slice(3).map(logLine).join(''));
  session.poll();
  writeFileSync(path, [{ ...header, title: 'Again' }, lines[0]].map(logLine).join(''));
  expect(() => session.stateAt(session.length - 2)).not.toThrow();
  session.poll();
  session.poll();
  expect(told.at(-1)).toMatchObject({ title: 'Again' });
  expect(session.length).toBe(1);
  session.close();
});

test('a log that breaks off is of a killed run where nobody writes to it, until somebody does', () => {
  const { header, lines } = eventful();
  const path = join(folder, 'broken-off.jsonl');
  writeFileSync(path, [header, ...lines.slice(0, -2)].map(logLine).join(''));
  const session = new WatchSession({ find: () => path, waiting: '', clock: () => 0 });
  const standing = (): [before: string, atEnd: string] => {
    while (session.poll());
    const [before, atEnd] = [session.stateAt(session.length - 2), session.stateAt(session.length - 1)];
    return [runStateOf(before), runStateOf(atEnd)];
  };
  expect(standing()).toEqual(['running', 'running']);
  utimesSync(path, 0, 0);
  expect(standing()).toEqual(['running', 'killed']);
  appendFileSync(path, lines.slice(-2, -1).map(logLine).join(''));
  expect(standing()).toEqual(['running', 'running']);
  utimesSync(path, 0, 0);
  expect(standing()).toEqual(['running', 'killed']);
  appendFileSync(path, logLine({ type: 'event', step: 100, event: 'stopped', summary: 'quit' }));
  utimesSync(path, 0, 0);
  expect(standing()[1]).toBe('stopped');
  session.close();
});
