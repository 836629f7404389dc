import stringWidth from 'string-width';
import { beforeEach, describe, expect, test } from 'vitest';
import { completeExperiment } from '../../../src/experiment/draft.js';
import { loadPreset } from '../../../src/experiment/preset.js';
import type { ForeignHeader } from '../../../src/protocol/foreign-header.js';
import { ownHeader } from '../../../src/protocol/header.js';
import type { SessionMessage } from '../../../src/protocol/session.js';
import { Recording } from '../../../src/store/recording.js';
import { DashboardModel } from '../../../src/ui/dashboard/dashboard-model.js';
import type { ExperimentDesk } from '../../../src/ui/dashboard/overlays/experiment-desk.js';
import { experimentLines } from '../../../src/ui/dashboard/overlays/experiment-lines.js';
import { textSizeIn, wholeBox } from '../../../src/ui/dashboard/overlays/overlay-text.js';
import { keyTable } from '../../../src/ui/screen/keys.js';
import { drawings } from '../../../src/ui/terminal/drawing.js';
import { footerOf } from '../../support/footer.js';
import { idleSession } from '../../support/idle-session.js';
import { usualPreferences } from '../../support/preferences.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

let asked: string[];
let saved: Map<string, readonly string[]>;
let problem: string | null;
beforeEach(() => {
  asked = [];
  saved = new Map();
  problem = null;
});

const desk: ExperimentDesk = {
  load: loadPreset,
  problem: () => problem,
  start: ({ preset, settings }) => asked.push([preset, ...settings].join(' ')),
  has: (name) => saved.has(name),
  save: (name, { settings }) => {
    saved.set(name, settings);
    return `/presets/${name}.json`;
  },
};

const quickStart = completeExperiment(loadPreset('quick-start').draft);

/** A run of the quick start that has trained for these seconds. */
const messages = (seconds: number): readonly SessionMessage[] =>
  syntheticMessages({ m: 10, n: 50, until: 40 }).map((message) => {
    if (message.type === 'header')
      return { ...ownHeader(message), preset: 'quick-start', title: 'Quick start', experiment: quickStart };
    return message.type === 'frame' ? { ...message, trainingSeconds: seconds } : message;
  });

const opened = ({ columns = 80, rows = 24, seconds = 1, log = false } = {}): DashboardModel => {
  const ignore = (): void => {};
  const model = new DashboardModel({
    session: idleSession(),
    presets: () => [],
    desk,
    preferences: usualPreferences,
    onPreferences: ignore,
    keys: keyTable,
    shell: { quit: ignore, suspend: ignore, repaint: ignore, setPace: ignore },
    clock: () => 0,
    ...(log ? { log: new Recording() } : {}),
    ...{ columns, rows },
  });
  for (const message of messages(seconds)) model.receive(message);
  return model;
};

const press = (model: DashboardModel, ...keys: readonly string[]): void => {
  for (const key of keys) model.press(key);
};

const type = (model: DashboardModel, text: string): void => press(model, ...text);

const lines = (model: DashboardModel, drawing = drawings.utf8): string[] => {
  const { overlay, layout } = model.outline;
  if (overlay?.kind !== 'experiment' || !layout) return [];
  const { columns, rows } = textSizeIn(wholeBox(layout));
  const { title, lines: shown } = experimentLines(overlay, columns, rows, drawing);
  return [title, ...shown.map((pieces) => pieces.map(([text]) => text).join(''))];
};

const chosen = (model: DashboardModel): string | undefined => lines(model).find((line) => line.includes('◂'));

test('E lists every setting with its value, bounds, default and what it is', () => {
  const model = opened({ columns: 160, rows: 50 });
  press(model, 'E');
  const shown = lines(model).join('\n');
  expect(shown).toContain('settings: Quick start');
  expect(shown).toMatch(/multi +5 +over-realization/);
  expect(shown).toMatch(/◂ 20 ▸ +input dimension/);
  expect(shown).toContain('allowed: a whole number from 1 to 10000; preset: 20; default: 100');
});

test('letters search, by the published names too, and the best fit is chosen', () => {
  const model = opened();
  press(model, 'E');
  type(model, 'lr');
  expect(chosen(model)).toMatch(/learningRate/);
  press(model, 'backspace', 'backspace');
  type(model, 'm');
  expect(chosen(model)).toMatch(/^ {2}m /);
  type(model, 'zzz');
  expect(lines(model).join('\n')).toContain('no setting has that');
});

test('arrows turn a value, enter starts a run with it, backspace takes it back', () => {
  const model = opened();
  press(model, 'E');
  type(model, 'multi');
  press(model, 'right', 'right');
  expect(chosen(model)).toMatch(/^\* multi +◂ 7 ▸ +preset: 5/);
  expect(lines(model)[0]).toBe('settings: Quick start with multi=7');
  press(model, 'enter');
  expect(asked).toEqual(['quick-start multi=7']);
  expect(model.outline.overlay).toBeNull();
  expect(model.outline.notice).toBe('starting Quick start with multi=7');
});

test('the footer says what enter and escape do with what is being typed', () => {
  const model = opened();
  press(model, 'E');
  expect(footerOf(model, 80)).toMatch(/enter start .*ctrl-s save .*esc close/);
  type(model, '4');
  expect(footerOf(model, 80)).toMatch(/^ enter take value {2}esc leave it $/);
  press(model, 'escape', 'ctrl-s');
  expect(footerOf(model, 80)).toMatch(/^ enter save preset {2}esc leave it $/);
});

test('backspace takes a change back where the search is empty', () => {
  const model = opened();
  press(model, 'E', 'right');
  expect(chosen(model)).toMatch(/^\* d /);
  press(model, 'backspace');
  expect(chosen(model)).toMatch(/^ {2}d +◂ 20 ▸/);
});

test('a typed value is held to the schema, and nothing happens until it fits', () => {
  const model = opened();
  press(model, 'E');
  type(model, 'learn');
  type(model, '0');
  press(model, 'enter');
  expect(lines(model).join('\n')).toContain('learningRate: got 0, allowed: a number above 0');
  expect(asked).toEqual([]);
  type(model, '.02');
  press(model, 'enter');
  expect(chosen(model)).toMatch(/◂ 0.02 ▸/);
  press(model, '=');
  type(model, 'fast');
  press(model, 'escape');
  expect(chosen(model)).toMatch(/◂ 0.02 ▸/);
  expect(model.outline.overlay?.kind).toBe('experiment');
});

test('pasted text is text: a value, or a search', () => {
  const model = opened();
  press(model, 'E');
  model.paste('batchSize');
  model.paste('32');
  press(model, 'enter', 'enter');
  expect(asked).toEqual(['quick-start batchSize=32']);
});

test('settings that do not go together are named before anything starts', () => {
  const model = opened();
  press(model, 'E');
  type(model, 'multi');
  type(model, '9000');
  press(model, 'enter');
  expect(lines(model).join('\n')).toContain('which makes n=90000 at m=10');
  problem = 'settings: key "multi": got 9000';
  press(model, 'enter');
  expect(asked).toEqual([]);
  expect(lines(model).join('\n')).toContain('settings: key "multi": got 9000');
});

test('a run that trained for more than a minute is asked about once', () => {
  const model = opened({ seconds: 61 });
  press(model, 'E', 'right', 'enter');
  expect(asked).toEqual([]);
  expect(model.outline.notice).toBe('enter again starts it: trained for 1m01s');
  press(model, 'enter');
  expect(asked).toEqual(['quick-start d=30']);
});

test('what was changed is there when the panel is opened again, until it has been started', () => {
  const model = opened();
  press(model, 'E', 'right', 'escape', 'E');
  expect(chosen(model)).toMatch(/^\* d +◂ 30 ▸/);
  press(model, 'enter');
  for (const message of messages(1)) model.receive(message);
  press(model, 'E');
  expect(chosen(model)).toMatch(/^ {2}d +◂ 20 ▸/);
});

describe('save as preset', () => {
  const saving = (name: string): DashboardModel => {
    const model = opened();
    press(model, 'E', 'right', 'ctrl-s');
    type(model, name);
    press(model, 'enter');
    return model;
  };

  test('asks for a name and says where it is', () => {
    const shown = lines(saving('wide')).join('\n');
    expect(shown).toContain('saved: teachtop wide runs it (/presets/wide.json)');
    expect(saved.get('wide')).toEqual(['d=30']);
  });

  test('asks once before it overwrites one', () => {
    saved.set('wide', []);
    const model = saving('wide');
    expect(lines(model).join('\n')).toContain('enter again overwrites it');
    expect(saved.get('wide')).toEqual([]);
    press(model, 'enter');
    expect(saved.get('wide')).toEqual(['d=30']);
  });

  test('says why it cannot be, and keeps what was typed', () => {
    const model = opened();
    desk.has = () => {
      throw new Error('"lazy" is the name of a shipped preset');
    };
    press(model, 'E', 'ctrl-s');
    type(model, 'lazy');
    press(model, 'enter');
    desk.has = (name) => saved.has(name);
    expect(lines(model).join('\n')).toContain('"lazy" is the name of a shipped preset');
    expect(lines(model).join('\n')).toContain('save as preset: lazy_');
  });
});

test('a watched log has the panel too, and nothing there is asked about', () => {
  const model = opened({ log: true, seconds: 61 });
  press(model, 'E', 'right', 'enter');
  expect(asked).toEqual(['quick-start d=30']);
});

test('what the command line had the run do by itself is said to stay with it', () => {
  const model = opened();
  press(model, 'E');
  expect(lines(model).join('\n')).not.toContain('stays with this run');
  press(model, 'escape');
  const [header] = messages(1);
  if (header.type !== 'header') throw new Error('no header');
  const command = { type: 'set-learning-rate', learningRate: 0.1 } as const;
  model.receive({ ...ownHeader(header), startedAt: 'later', interventions: [{ at: 20, command }] });
  model.receive({ type: 'breakpoints', breakpoints: [{ kind: 'lost' }] });
  press(model, 'E');
  expect(lines(model).join('\n')).toContain('what --at and --break asked for stays with this run');
});

test('a run whose preset is gone, and one of another trainer, are told so', () => {
  const model = opened();
  const [header] = messages(1);
  if (header.type !== 'header') throw new Error('no header');
  model.receive({ ...ownHeader(header), preset: 'gone.json' });
  press(model, 'E');
  expect(model.outline.notice).toContain('preset "gone.json": no such file');
  const engine = { engine: 'external', variant: 'mine.py', precision: 'float32', threads: 1 } as const;
  model.receive({ ...header, engine } as ForeignHeader);
  press(model, 'E');
  expect(model.outline.notice).toBe('a log of another trainer: its run cannot be started here');
});

test('on the smallest screen the chosen setting still says what is allowed', () => {
  const model = opened({ columns: 40, rows: 12 });
  press(model, 'E');
  expect(lines(model).join('\n')).toContain('allowed: a whole number from 1');
});

test.each([
  [40, 12],
  [80, 24],
  [160, 50],
])('every line fits at %ix%i, in Unicode and in ASCII', (columns, rows) => {
  for (const drawing of [drawings.utf8, drawings.ascii]) {
    const model = opened({ columns, rows });
    const { layout } = model.outline;
    if (!layout) throw new Error('no layout');
    const size = textSizeIn(wholeBox(layout));
    for (const keys of [['E'], ['right'], ['5'], ['enter'], ['ctrl-s'], ['w', 'enter'], ['l', 'r']]) {
      press(model, ...keys);
      const shown = lines(model, drawing);
      expect(shown.length).toBeGreaterThan(3);
      expect(shown.length).toBeLessThanOrEqual(size.rows + 1);
      for (const line of shown) expect(stringWidth(line)).toBeLessThanOrEqual(size.columns);
    }
  }
});
