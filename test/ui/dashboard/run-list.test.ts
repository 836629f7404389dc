import { beforeEach, expect, test } from 'vitest';
import type { RunRecord, SessionMessage } from '../../../src/protocol/session.js';
import type { OpenedRun, RunShelf } from '../../../src/store/run-shelf.js';
import { initialState, reduce } from '../../../src/store/state.js';
import { DashboardModel } from '../../../src/ui/dashboard/dashboard-model.js';
import { placedPanels } from '../../../src/ui/dashboard/layout.js';
import { choiceWords, runOverlayLines } from '../../../src/ui/dashboard/overlays/run-list-lines.js';
import { panelPainters } from '../../../src/ui/dashboard/panels/panels.js';
import { LaidOver } from '../../../src/ui/dashboard/runs/laid-over.js';
import { keyTable } from '../../../src/ui/screen/keys.js';
import { Canvas, CellGrid } from '../../../src/ui/terminal/cells.js';
import { drawings } from '../../../src/ui/terminal/drawing.js';
import { footerOf } from '../../support/footer.js';
import { usualPreferences } from '../../support/preferences.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

const record = (name: string, change: Partial<RunRecord>): RunRecord => ({
  ...{ name, folder: `/runs/${name}`, preset: 'quick-start', title: `Title of ${name}`, seed: 1 },
  ...{ overRealization: 5, engine: 'wasm avx2 float32', isForeign: false, step: 1200, totalSteps: 50_000 },
  ...{
    trainLoss: 0.5,
    evalLoss: 0.25,
    threshold: 0.95,
    specialized: 3,
    teachers: 10,
    state: 'stopped' as const,
  },
  ...{ process: null, host: null, bytes: 12_345, startedAt: '2026-01-01T00:00:00Z' },
  writtenAt: '2026-01-01T00:00:00Z',
  ...change,
});

const records = [
  record('growing', { state: 'running', process: 4711 }),
  record('current', { state: 'running', process: 1 }),
  record('halted', {}),
  record('other', { isForeign: true, state: 'killed', seed: null, overRealization: null }),
];

/** A log of a smaller teacher, its frames there once it is followed. */
const log = (): OpenedRun => {
  const messages = syntheticMessages({ m: 7, n: 14, until: 5, title: 'Another run' });
  let state = initialState;
  const states = messages.map((message) => {
    state = reduce(state, message);
    return state;
  });
  const shown = states.filter(({ frame }, at) => frame !== null && frame !== states[at - 1]?.frame);
  return {
    length: shown.length,
    stateAt: (index) => shown[index],
    indexOf: () => null,
    eventFrom: () => null,
    pairHistory: () => [],
    subscribe: (listener) => {
      listener(messages[0]);
      return () => {};
    },
    follow: () => {},
    close: () => closed.push('closed'),
  };
};

let asked: string[];
let closed: string[];
let fail: (reason: string) => void;
beforeEach(() => {
  asked = [];
  closed = [];
});

/** Where a log stands that is watched by its own path. */
const watched = { type: 'log', state: 'watched', path: '/runs/other/frames.jsonl', reason: '' } as const;

const opened = (canGoOn = true, own?: OpenedRun) => {
  const shelf: RunShelf = {
    list: async () => ({ runs: records, skipped: [] }),
    open: (folder, onFailure) => {
      asked.push(`open ${folder}`);
      fail = onFailure;
      return log();
    },
    goOnWith: canGoOn ? (folder) => asked.push(`go on ${folder}`) : null,
  };
  const ignore = (): void => {};
  const model = new DashboardModel({
    session: {
      ...{ send: ignore, switchPreset: ignore, restart: ignore, bringBack: ignore, setLogging: ignore },
      ...{ startControl: ignore, endControl: ignore, subscribe: () => ignore },
    },
    presets: () => [],
    preferences: usualPreferences,
    onPreferences: ignore,
    keys: keyTable,
    shell: { quit: (reason) => asked.push(reason), suspend: ignore, repaint: ignore, setPace: ignore },
    runs: shelf,
    ...(own ? { log: own } : {}),
    clock: () => 0,
    ...{ columns: 80, rows: 24 },
  });
  const messages: SessionMessage[] = [
    ...syntheticMessages({ m: 20, n: 100, until: 40 }),
    { type: 'log', state: 'recording', path: '/runs/current', reason: '' },
  ];
  for (const message of messages) model.receive(message);
  return model;
};

const press = (model: DashboardModel, ...keys: readonly string[]): void => {
  for (const key of keys) model.press(key);
};

/** The list once it has been read. */
const listed = async (model: DashboardModel): Promise<DashboardModel> => {
  press(model, 'L');
  await Promise.resolve();
  await Promise.resolve();
  expect(model.outline.runs?.list?.runs.length).toBe(records.length);
  return model;
};

const lines = ({ outline }: DashboardModel): string[] => {
  const { overlay, runs } = outline;
  if (overlay?.kind !== 'runs' || !runs) return [];
  const { title, lines: shown } = runOverlayLines(overlay, runs, 72, 14, drawings.utf8);
  return [title, ...shown.map((pieces) => pieces.map(([text]) => text).join(''))];
};

test('the list opens on the run on display, and a search narrows it', async () => {
  const model = await listed(opened());
  expect(model.outline.overlay).toEqual({ kind: 'runs', query: '', chosen: '/runs/current' });
  const shown = lines(model);
  expect(shown[0]).toBe('runs 4 of 4');
  expect(shown.find((line) => line.includes('current'))).toMatch(/^▸|^>/);
  expect(shown.join('\n')).toContain('it is on display');
  expect(shown.join('\n')).toContain('learned at 0.95');
  press(model, 'k', 'i', 'l', 'l');
  expect(lines(model)[0]).toBe('runs 1 of 4');
  expect(lines(model).find((line) => line.includes('  killed  '))).toMatch(/^ {2}4 {2}other /);
  press(model, 'x');
  expect(lines(model).join('\n')).toContain('no run has that');
  press(model, 'backspace', 'backspace', 'backspace', 'backspace', 'backspace', 'escape');
  expect(model.outline.overlay).toBeNull();
});

test('every line of the list fits, however narrow the screen', async () => {
  const model = await listed(opened());
  const { overlay, runs } = model.outline;
  if (overlay?.kind !== 'runs' || !runs) throw new Error('no list');
  for (const width of [34, 50, 72])
    for (const drawing of [drawings.utf8, drawings.ascii]) {
      const shown = runOverlayLines(overlay, runs, width, 8, drawing).lines;
      const widths = shown.map((pieces) => pieces.reduce((sum, [text]) => sum + text.length, 0));
      expect(Math.max(...widths)).toBeLessThanOrEqual(width);
      expect(shown.length).toBeLessThanOrEqual(8);
    }
});

test('a stopped run is gone on with; one that grows, or is not ours, is watched', async () => {
  const model = await listed(opened());
  press(model, 'down', 'enter');
  expect(asked).toEqual(['go on /runs/halted']);
  await listed(model);
  press(model, 'up', 'enter');
  expect(asked.at(-1)).toBe('open /runs/growing');
  const shown = await listed(opened(false));
  const runs = shown.outline.runs;
  expect(records.map((run) => runs && choiceWords(run, runs))).toEqual([
    'enter watches it',
    'it is on display',
    'enter watches it',
    'enter watches it',
  ]);
});

test('a watched run lies over the own, which goes on behind it; escape goes back', async () => {
  const model = await listed(opened());
  press(model, 'up', 'enter');
  expect(model.outline.base).toBe('watch');
  expect(model.outline.runs?.current).toBe('/runs/growing');
  expect(model.scene.state.header?.title).toBe('Another run');
  expect(model.outline.teachers).toBe(7);
  press(model, ',');
  expect(model.scene.view.past?.index).toBe(3);
  for (const message of syntheticMessages({ m: 20, n: 100, until: 41 }).slice(-2)) model.receive(message);
  expect(model.scene.state.header?.title).toBe('Another run');
  press(model, 'escape');
  expect(model.scene.view.past?.index).toBeNull();
  press(model, 'escape');
  expect(closed).toEqual(['closed']);
  expect(model.outline.base).toBe('panels');
  expect(model.outline.teachers).toBe(20);
  expect(model.scene.view.past).toBeNull();
  press(model, 'escape');
  expect(asked).toEqual(['open /runs/growing']);
});

test('a log that can no longer be read is left, with the reason', async () => {
  const model = await listed(opened());
  press(model, 'up', 'enter');
  fail('growing: it is gone');
  expect(model.outline.notice).toBe('growing: it is gone');
  expect(model.outline.base).toBe('panels');
  expect(closed).toEqual(['closed']);
});

/** What the screen shows of the runs that are laid over each other. */
const painted = (model: DashboardModel): string => {
  const { layout } = model.outline;
  const panel = layout && placedPanels(layout).find(({ id }) => id === 'laid');
  if (!panel) return '';
  const grid = new CellGrid(panel.width, panel.height);
  panelPainters.laid(new Canvas(grid), model.scene);
  return grid.lines.join('\n');
};

test('space in the list lays runs over the own one, on the same axes, their nodes and settings compared', async () => {
  const model = await listed(opened());
  press(model, 'space');
  expect(model.outline.notice).toBe('current is on display');
  press(model, 'escape', 'd');
  expect(model.outline.notice).toBe('no run is laid over: L and tab');
  await listed(model);
  press(model, 'up', 'space', 'down', 'down', 'space');
  expect(asked).toEqual(['open /runs/growing', 'open /runs/halted']);
  expect(lines(model).find((line) => line.includes('growing'))).toMatch(/^\+/);
  press(model, 'escape', 'd');
  const charts = painted(model);
  for (const text of ['A current', 'B growing', 'C halted', 'evaluation loss', 'steps'])
    expect(charts).toContain(text);
  press(model, 'e');
  expect(painted(model)).toContain('epochs');
  press(model, 'e');
  expect(painted(model)).toContain('seconds');
  press(model, 'd');
  expect(painted(model)).toMatch(/teacher node 0, strength 4\.00: 1 of 20, up and down choose/);
  press(model, 'down', 'down');
  expect(painted(model)).toMatch(/teacher node 2, .*3 of 20/);
  expect(painted(model)).toMatch(/^▸ +2 .*◢.*$/m);
  press(model, 'up', 'up');
  press(model, 'd');
  // 7 teacher nodes there, 20 here.
  expect(painted(model)).toMatch(/best matches, less those of A[\s\S]*\d\.\d{3} [+-]\d\.\d{3}/);
  press(model, 'down');
  expect(model.view.scroll.teachers).toBe(1);
  press(model, 'd');
  expect(painted(model)).toMatch(/^.*\bm +20 +7 +7/m);
  press(model, 'd');
  expect(model.view.laid).toBeNull();
  press(model, 'd', 'escape');
  expect(model.view.laid).toBeNull();
  await listed(model);
  press(model, 'up', 'space');
  expect(closed).toEqual(['closed']);
  model.close();
  expect(closed.length).toBe(2);
});

test('a space within a search parts its words, and tab lays the run that is found over', async () => {
  const model = await listed(opened());
  press(model, 'g', 'r', 'space', 's', 'e', 'e', 'd');
  expect(model.view.overlay).toMatchObject({ kind: 'runs', query: 'gr seed' });
  expect(asked).toEqual([]);
  press(model, 'tab');
  expect(asked).toEqual(['open /runs/growing']);
});

test('the footer names the keys of runs laid over each other', async () => {
  const model = await listed(opened());
  press(model, 'up', 'tab', 'escape');
  expect(footerOf(model, 160)).not.toMatch(/ d | e /);
  press(model, 'd');
  for (const hint of ['esc panels', 'd next view', 'e time']) expect(footerOf(model, 80)).toContain(hint);
});

test('why a run cannot be laid over stays on the screen', async () => {
  const model = await listed(opened());
  press(model, 'up', 'space', 'escape');
  fail('/runs/growing/frames.jsonl: not a frame log');
  press(model, 'd');
  expect(painted(model)).toContain('growing: /runs/growing/frames.jsonl: not a frame log');
  press(model, 'd', 'd', 'd', 'd');
  await listed(model);
  press(model, 'up', 'space', 'escape', 'd');
  expect(painted(model)).not.toContain('not a frame log');
});

test('six runs are the most on the same axes', async () => {
  const open = (): OpenedRun => log();
  const laid = new LaidOver(
    { list: async () => ({ runs: [], skipped: [] }), open, goOnWith: null },
    () => {},
  );
  const said = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => laid.toggle({ name, folder: name }));
  expect(said.at(-1)).toBe('6 runs are the most');
  expect(laid.runs.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e']);
});

test.each([
  [40, 12],
  [80, 24],
  [160, 50],
])('lines are told apart by letters in ASCII at %ix%i', async (columns, rows) => {
  const model = await listed(opened());
  press(model, 'up', 'space', 'escape', 'D', 'd');
  model.resize(columns, rows);
  const text = painted(model);
  expect(text).toMatch(/^[\x20-\x7e\n]*$/);
  const plot = text.slice(text.indexOf('evaluation loss'));
  expect(plot).toMatch(/A/);
  expect(plot).toMatch(/B/);
});

test('of a watched log the run on display is known by its path', async () => {
  const own = log();
  const model = opened(false, { ...own, stateAt: (index) => ({ ...own.stateAt(index), log: watched }) });
  await listed(model);
  expect(model.outline.runs?.current).toBe('/runs/other');
  press(model, 'enter');
  expect(asked).toEqual([]);
});
