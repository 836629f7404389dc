import fc from 'fast-check';
import stringWidth from 'string-width';
import { beforeEach, describe, expect, test } from 'vitest';
import { type Command, thresholdChoices } from '../../../src/protocol/command.js';
import type { RunEvent } from '../../../src/protocol/event.js';
import { perturbationCatalog } from '../../../src/protocol/perturbation.js';
import type { Session } from '../../../src/protocol/session.js';
import { Recording } from '../../../src/store/recording.js';
import { initialState, reduce } from '../../../src/store/state.js';
import { readAt } from '../../../src/ui/charts/chart-view.js';
import type { Mode } from '../../../src/ui/dashboard/actions/actions.js';
import { DashboardModel } from '../../../src/ui/dashboard/dashboard-model.js';
import { placedPanels } from '../../../src/ui/dashboard/layout.js';
import type { ModelOptions } from '../../../src/ui/dashboard/model-options.js';
import { boxBesideMatrix } from '../../../src/ui/dashboard/overlays/overlay-text.js';
import { panelPainters } from '../../../src/ui/dashboard/panels/panels.js';
import type { Preferences } from '../../../src/ui/dashboard/preferences.js';
import { chosenKeys, keyProblem } from '../../../src/ui/screen/key-choice.js';
import { bindingFor, footerBindings } from '../../../src/ui/screen/key-rows.js';
import { keyTable, keyTableMarkdown } from '../../../src/ui/screen/keys.js';
import { Canvas, CellGrid } from '../../../src/ui/terminal/cells.js';
import { footerOf } from '../../support/footer.js';
import { idleSession } from '../../support/idle-session.js';
import { paintScreen } from '../../support/painted-screen.js';
import { usualPreferences } from '../../support/preferences.js';
import { presets } from '../../support/preset-summaries.js';
import { panelTexts, teacherRows } from '../../support/screen-numbers.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

const modes: readonly Mode[] = ['panels', 'watch', 'perturb', 'presets', 'help'];

const halfDone = syntheticMessages({ m: 20, n: 100, until: 40 });

/** A dashboard on a run half done, and what its keys ask for. */
const opened = (keys = keyTable, more: Partial<ModelOptions> = {}) => {
  const asked: unknown[] = [];
  const sent: Command[] = [];
  const previews: Command[] = [];
  const preferences: Partial<Preferences>[] = [];
  const paces: number[] = [];
  const session: Session = {
    // The menu asks what its choice would do at every change.
    send: (command) => (command.type === 'preview' ? previews : sent).push(command),
    switchPreset: (name) => asked.push(`preset ${name}`),
    restart: (seed) => asked.push(`restart ${seed}`),
    bringBack: () => asked.push('bring back'),
    setLogging: (on) => asked.push(`log ${on}`),
    startControl: () => asked.push('control'),
    endControl: (promote) => asked.push(promote ? 'promote control' : 'drop control'),
    subscribe: () => () => {},
  };
  const model = new DashboardModel({
    session,
    presets: () => presets,
    preferences: { ...usualPreferences, theme: 'dark' },
    onPreferences: (changed) => preferences.push(changed),
    keys,
    shell: {
      quit: (reason) => asked.push(reason),
      suspend: () => asked.push('suspend'),
      repaint: () => asked.push('repaint'),
      setPace: (rate) => paces.push(rate),
    },
    clock: () => 0,
    columns: 80,
    rows: 24,
    ...more,
  });
  for (const message of halfDone) model.receive(message);
  const press = (...keys: string[]): void => {
    for (const key of keys) model.press(key);
  };
  return { model, asked, sent, previews, preferences, paces, press };
};

let dashboard: ReturnType<typeof opened>;
beforeEach(() => {
  dashboard = opened();
});

describe('the key table', () => {
  test.each(modes)('gives every key one meaning: %s', (mode) => {
    const keys = keyTable.filter(({ when }) => when.includes(mode)).flatMap(({ keys }) => keys);
    expect(keys).toEqual([...new Set(keys)]);
  });

  test.each([
    ...['space', 'f', 's', 'n', 'p', 'u', '+', '-', 't', 'm', '1', '9', '/', 'r', 'R', 'l', 'tab'],
    ...['up', 'down', 'left', 'right', '?', 'q', 'ctrl-c', 'ctrl-l', 'ctrl-z', '<', '>', 'T'],
  ])('binds %s', (key) => {
    expect(bindingFor('panels', key, keyTable)?.description).toMatch(/\w/);
  });

  test.each(modes.filter((mode) => mode !== 'panels' && mode !== 'watch'))(
    'lets %s be closed and quit from',
    (mode) => {
      expect(bindingFor(mode, 'escape', keyTable)?.action).toBe('close');
      expect(bindingFor(mode, 'ctrl-c', keyTable)?.action).toBe('interrupt');
      expect(footerBindings(mode, keyTable, null).map(({ row }) => row.action)).toContain('close');
    },
  );

  test('is a Markdown table with a row for every binding', () => {
    const rows = keyTableMarkdown().split('\n');
    expect(rows).toHaveLength(keyTable.length + 2);
    expect(rows).toContain('| `space` | pause or resume the training | run |');
  });
});

describe("keys of one's own", () => {
  const own = { pause: ['space', 'G'], down: ['down', 'j'], quit: 'Q', help: 'h' };

  test('do what they are chosen for, and their old keys nothing', () => {
    expect(keyProblem(own)).toBe(null);
    const { press, sent, asked } = opened(chosenKeys(own));
    press('G', 'q', 'Q');
    expect([sent, asked]).toEqual([[{ type: 'pause' }], ['quit']]);
  });

  test('show in the footer', () => {
    const hints = footerBindings('panels', chosenKeys(own), null).map(
      ({ row, hint }) => `${row.label} ${hint}`,
    );
    expect(hints).toContain('Q quit');
    expect(hints).toContain('h help');
  });

  test('leave letters to the search of presets', () => {
    const { press, model } = opened(chosenKeys(own));
    press('/', 'j', 'Q');
    expect(model.view.overlay).toMatchObject({ kind: 'presets', query: 'jQ' });
  });

  test('never take ctrl-c', () => {
    expect(keyProblem({ pause: 'ctrl-c' })).toMatch(/"ctrl-c" would be both "pause" and "interrupt"/);
    expect(keyProblem({ interrupt: 'q' })).toMatch(/"interrupt": no action with a choice of keys/);
    expect(keyProblem({ pause: [] })).toMatch(/"pause": got no key/);
    expect(keyProblem({ constructor: 'x' })).toMatch(/"constructor": no action/);
  });
});

test('the screen slows down while the training waits for processors, and says so', () => {
  const { model, paces, press } = dashboard;
  const wait = (processorWait: number | null): void =>
    model.receive({ type: 'progress', step: 40_000, stepsPerSecond: 1, trainingSeconds: 1, processorWait });
  for (const share of [null, 0.01, 0.04]) wait(share);
  expect([paces, model.view.slowed]).toEqual([[], false]);
  for (const share of [0.2, 0.03, 0.3]) wait(share);
  expect([paces, model.view.slowed]).toEqual([[2], true]);
  press('>');
  expect(paces).toEqual([2, 2]);
  wait(0.01);
  expect([paces, model.view.slowed]).toEqual([[2, 2, 15], false]);
  wait(0.3);
  model.receive({ type: 'status', state: 'done', step: 40_000 });
  expect([paces, model.view.slowed]).toEqual([[2, 2, 15, 2, 15], false]);
});

describe('the mouse', () => {
  const at = (id: string, model: DashboardModel) => {
    const { layout } = model.outline;
    const panel = layout && placedPanels(layout).find((placed) => placed.id === id);
    if (!panel) throw new Error(`no ${id}`);
    return panel;
  };

  test('a press on a panel focuses it, and the wheel scrolls it', () => {
    const { model } = dashboard;
    const { left, top } = at('teachers', model);
    model.point({ kind: 'press', column: left + 2, row: top + 2 });
    expect(model.view.focus).toBe('teachers');
    model.point({ kind: 'wheel-down', column: left + 2, row: top + 2 });
    expect(model.view.scroll.teachers).toBe(3);
    model.point({ kind: 'wheel-up', column: left + 2, row: top + 2 });
    expect(model.view.scroll.teachers).toBe(0);
  });

  test('a press on a chart reads it there, the wheel zooms', () => {
    const { model } = dashboard;
    const { left, top, width } = at('loss', model);
    model.point({ kind: 'press', column: left + 8, row: top + 3 });
    const early = model.view.chart.cursor ?? Number.NaN;
    model.point({ kind: 'press', column: left + Math.floor(width / 4), row: top + 3 });
    expect(model.view.chart.cursor).toBeGreaterThan(early);
    model.point({ kind: 'press', column: left, row: top + 3 });
    expect(model.view.chart.cursor).toBeGreaterThan(early);
    model.point({ kind: 'wheel-up', column: left + 10, row: top + 3 });
    expect(model.view.chart.span).toBeGreaterThan(0);
    model.point({ kind: 'wheel-down', column: left + 10, row: top + 3 });
    expect(model.view.chart.span).toBe(null);
  });

  test('a press on a hint of the footer is its key', () => {
    const { model, sent } = dashboard;
    model.point({ kind: 'press', column: 2, row: 23 });
    expect(sent).toEqual([{ type: 'pause' }]);
    model.point({ kind: 'press', column: 79, row: 23 });
    expect(sent).toHaveLength(1);
  });

  test('the wheel scrolls an overlay, and a press beside it changes nothing below', () => {
    const { model, press } = dashboard;
    press('?');
    model.point({ kind: 'wheel-down', column: 40, row: 10 });
    expect(model.view.overlay).toEqual({ kind: 'help', scroll: 3 });
    const { focus } = model.view;
    model.point({ kind: 'press', column: 1, row: 6 });
    expect([model.view.focus, model.view.overlay?.kind]).toEqual([focus, 'help']);
  });
});

describe('the footer', () => {
  test.each([40, 80, 160])('has help and quit at %i columns, with a notice too', (columns) => {
    const { model, press } = dashboard;
    expect(footerOf(model, columns)).toMatch(/ \? help {2}q quit $/);
    press('9');
    const said = footerOf(model, columns);
    expect(said).toContain(' ? help  q quit ');
    expect(said).toContain(columns === 40 ? 'there are' : 'there are 3 presets');
    expect(stringWidth(said)).toBeLessThan(columns);
  });

  test('follows what is going on', () => {
    const { model, press } = dashboard;
    const tell = (state: 'paused' | 'done'): void => model.receive({ type: 'status', state, step: 39_000 });
    expect(footerOf(model, 80)).toContain('space pause');
    tell('paused');
    expect(footerOf(model, 80)).toContain('space resume');
    press(',');
    expect(footerOf(model, 80)).toContain('esc present');
    expect(footerOf(model, 80)).toContain('b rewind');
    press('escape', 'y');
    expect(footerOf(model, 80)).toContain('y back');
    press('y');
    tell('done');
    expect(footerOf(model, 80)).not.toContain('space');
    expect(footerOf(model, 80)).toContain('r again');
  });
});

describe('the cursor of the charts', () => {
  test.each(['live', 'watch'] as const)('%s: the matrix is that of its step, and says so', (kind) => {
    const messages = syntheticMessages({ until: 60 });
    const recording = new Recording();
    let state = initialState;
    for (const message of messages) {
      state = reduce(state, message);
      if (message.type === 'frame') recording.add(state);
    }
    const { model, press } = opened(keyTable, kind === 'watch' ? { log: recording } : {});
    for (const message of messages) model.receive(message);
    model.resize(160, 50);
    press('x', 'shift-tab', 'shift-tab', ...new Array(12).fill('left'));
    const read = readAt(state, model.view.chart)?.toStep ?? Number.NaN;
    expect(read).toBeLessThan(59_000);
    expect(model.scene.reading?.frame?.step).toBe(read);
    const beside = paintScreen(model.scene.reading ?? state, { columns: 160, rows: 50 }).panels.get('matrix');
    const shown = panelTexts(model).get('matrix') ?? [];
    expect(shown[0]).toContain(`correlation at epoch ${read / 1000} `);
    const rows = (lines: readonly string[]) => lines.slice(3, -1);
    expect(rows(shown)).toEqual(rows(beside?.split('\n') ?? []));
    const table = panelTexts(model).get('teachers') ?? [];
    expect(table[0]).toContain(`best match per teacher at epoch ${read / 1000} `);
    // The table beside it is of the same step: what is not above the threshold there is not learned there.
    for (const { best, since } of teacherRows(table))
      expect([best, since === '-']).toEqual([best, Number(best.replace('-.', '-0.')) <= 0.95]);
  });
});

test.each(['live', 'watch'] as const)(
  '%s: events end where the cursor of the charts is, the later ones are counted',
  (kind) => {
    const messages = syntheticMessages({ until: 101 });
    const recording = new Recording();
    let state = initialState;
    for (const message of messages) {
      state = reduce(state, message);
      if (message.type === 'frame') recording.add(state);
      else if (message.type === 'event') recording.amend(state);
    }
    const { model, press } = opened(keyTable, kind === 'watch' ? { log: recording } : {});
    for (const message of messages) model.receive(message);
    model.resize(160, 50);
    press('x', ...new Array(30).fill('left'));
    const read = readAt(state, model.view.chart)?.toStep ?? Number.NaN;
    const events = messages.filter((message) => message.type === 'event');
    const later = events.filter(({ step }) => step > read).length;
    const [title, ...lines] = panelTexts(model).get('events') ?? [];
    expect(later).toBeGreaterThan(0);
    expect(later).toBeLessThan(events.length);
    expect(title).toMatch(new RegExp(`events up to epoch ${read / 1000} .* ${later} later`));
    const told = lines.flatMap((line) => /^│ +(\d+) .*specialized/.exec(line)?.slice(1).map(Number) ?? []);
    expect(told.length).toBeGreaterThan(0);
    expect(Math.max(...told)).toBeLessThanOrEqual(read / 1000);
    model.resize(80, 24);
    expect(panelTexts(model).get('events')?.[0]).toContain(` ${later} later`);
    press('escape');
    expect(panelTexts(model).get('events')?.[0]).not.toContain('later');
    model.resize(160, 50);
    expect(panelTexts(model).get('events')?.[0]).toContain('events by epoch ');
    press('e');
    expect(panelTexts(model).get('events')?.[0]).toContain('events by step ');
  },
);

test('y opens the theory of a watched log too, H measures in a live run only', () => {
  const { model, sent, press } = opened(keyTable, { log: new Recording() });
  for (const message of syntheticMessages({ until: 10 })) model.receive(message);
  model.resize(120, 40);
  press('H');
  expect([model.view.theory, sent]).toEqual([false, []]);
  press('y');
  expect(model.view.theory).toBe(true);
  dashboard.press('H');
  expect(dashboard.model.view.theory).toBe(true);
  expect(dashboard.sent).toEqual([{ type: 'watch-theory', on: true }, { type: 'measure-curvature' }]);
});

describe('a key that does nothing as things are', () => {
  test.each(['space', 's', 'n'])(
    '%s of a run that is done says why, and the footer does not name it',
    (key) => {
      const { model, sent, press } = dashboard;
      model.receive({ type: 'status', state: 'done', step: 100_000 });
      press(key);
      expect(model.outline.notice).toBe('the run is done: r runs it again');
      expect(sent).toEqual([]);
      expect(footerOf(model, 160)).not.toMatch(/ (space|s|n) (pause|resume|step|epoch)/);
    },
  );

  test.each([
    ['o', 'no room for best matches over time'],
    ['Z', 'the whole run is shown'],
    ['enter', 'the arrow keys choose a cell'],
  ])('%s at 80x24: %s', (key, reason) => {
    dashboard.press(key);
    expect(dashboard.model.outline.notice).toBe(reason);
  });

  test('of the panels says that the theory has the screen', () => {
    const { model, press } = dashboard;
    press('y', 'm');
    expect(model.outline.notice).toBe('the theory has the screen: y goes back');
    expect(model.view.matrixView).toBe('correlation');
    expect(footerOf(model, 160)).not.toContain('m matrix');
    expect(footerOf(model, 80)).toMatch(/^ esc panels /);
    press('escape');
    expect(model.view.theory).toBe(false);
  });

  test('names escape while the matrix has a cursor', () => {
    const { model, press } = dashboard;
    press('down');
    expect(model.view.pair).not.toBeNull();
    expect(footerOf(model, 80)).toMatch(/^ esc no cursor /);
    press('escape');
    expect(model.view.pair).toBeNull();
    expect(footerOf(model, 80)).not.toContain('esc');
  });

  test.each(['?', 'p'])('after %s says that q only closes, and then quits', (key) => {
    const { model, press } = dashboard;
    press(key);
    for (const columns of [40, 80]) expect(footerOf(model, columns)).toMatch(/ esc q close $/);
    press('q');
    expect(model.view.overlay).toBeNull();
    expect(footerOf(model, 80)).toMatch(/ q quit $/);
  });

  test('a command that the run refuses is said in the footer too', () => {
    const { model } = dashboard;
    model.receive({ type: 'event', event: 'refused', step: 39_000, summary: 'there is nothing to redo' });
    expect(model.outline.notice).toBe('there is nothing to redo');
  });
});

describe('a key that would end a run that has trained for long', () => {
  const minutes = { stepsPerSecond: 100, trainingSeconds: 125, processorWait: null };
  const trained = (): void => dashboard.model.receive({ type: 'progress', step: 50_000, ...minutes });

  test.each([
    ['r', 'r again restarts: trained for 2m05s', 'restart same'],
    ['R', 'R again restarts: trained for 2m05s', 'restart new'],
    ['2', '2 again starts tiny-batches: trained for 2m05s', 'preset tiny-batches'],
    ['q', 'q again quits: trained for 2m05s', 'quit'],
  ])('%s asks once', (key, question, asked) => {
    trained();
    dashboard.press(key);
    expect([dashboard.model.outline.notice, dashboard.asked]).toEqual([question, []]);
    dashboard.press(key);
    expect(dashboard.asked).toEqual([asked]);
  });

  test('asks again after another key', () => {
    trained();
    dashboard.press('r', 'm', 'r');
    expect(dashboard.asked).toEqual([]);
  });

  test('asks in the list of presets too, which stays open', () => {
    trained();
    dashboard.press('/', 'enter');
    expect(dashboard.asked).toEqual([]);
    expect(dashboard.model.view.overlay?.kind).toBe('presets');
    dashboard.press('enter');
    expect(dashboard.asked).toEqual(['preset quick-start']);
  });

  test('does not ask for a short run, one that is done, or ctrl-c', () => {
    dashboard.press('r');
    trained();
    dashboard.press('ctrl-c');
    dashboard.model.receive({ type: 'status', state: 'done', step: 100_000 });
    dashboard.press('R');
    expect(dashboard.asked).toEqual(['restart same', 'interrupt', 'restart new']);
  });

  test('is followed by U, which brings the run back', () => {
    const { model, press, asked, sent } = dashboard;
    press('U');
    expect([sent, asked]).toEqual([[{ type: 'redo' }], []]);
    const before = model.scene.state;
    const { header } = before;
    for (const message of syntheticMessages({ until: 1, title: 'Another' })) model.receive(message);
    expect(footerOf(model, 160)).toContain('U run before');
    press('U');
    expect(asked).toEqual(['bring back']);
    if (header) model.receive(header);
    expect(model.scene.state.history).toBe(before.history);
  });
});

describe('commands', () => {
  test.each([
    ['space', { type: 'pause' }],
    ['s', { type: 'advance', by: 'step' }],
    ['n', { type: 'advance', by: 'epoch' }],
    ['u', { type: 'undo' }],
    ['t', { type: 'set-threshold', threshold: 0.99 }],
    ['+', { type: 'set-learning-rate', learningRate: 0.02 }],
    ['=', { type: 'set-learning-rate', learningRate: 0.02 }],
    ['-', { type: 'set-learning-rate', learningRate: 0.005 }],
  ] as const)('%s sends a command', (key, command) => {
    dashboard.press(key);
    expect(dashboard.sent).toEqual([command]);
  });

  test.each([
    ['2', 'preset tiny-batches'],
    ['r', 'restart same'],
    ['R', 'restart new'],
    ['l', 'log false'],
    ['q', 'quit'],
    ['ctrl-c', 'interrupt'],
    ['ctrl-l', 'repaint'],
    ['ctrl-z', 'suspend'],
  ])('%s asks for %s', (key, asked) => {
    dashboard.press(key);
    expect(dashboard.asked).toEqual([asked]);
  });

  test('keys typed faster than the run answers add up', () => {
    dashboard.press('+', '+', '+', 'space', 'space');
    const rates = dashboard.sent.flatMap((command) =>
      command.type === 'set-learning-rate' ? [command.learningRate] : [],
    );
    expect(rates).toEqual([0.02, 0.04, 0.08]);
    expect(dashboard.sent.slice(3)).toEqual([{ type: 'pause' }, { type: 'resume' }]);
  });

  test('after an undo the learning rate counts from what the run then has', () => {
    const { model, press, sent } = dashboard;
    press('+');
    model.receive({ type: 'event', event: 'undone', step: 1, toStep: 0, summary: '' } as RunEvent);
    press('+');
    expect(sent).toEqual([
      { type: 'set-learning-rate', learningRate: 0.02 },
      { type: 'set-learning-rate', learningRate: 0.02 },
    ]);
  });

  test('a preset number beyond the list says how many there are', () => {
    dashboard.press('9');
    expect(dashboard.asked).toEqual([]);
    expect(dashboard.model.outline.notice).toBe('there are 3 presets');
  });

  test('the threshold key goes round', () => {
    dashboard.press(...thresholdChoices.map(() => 't'));
    expect(dashboard.sent.at(-1)).toEqual({ type: 'set-threshold', threshold: 0.95 });
    expect(dashboard.preferences.at(-1)?.threshold).toBe(0.95);
  });

  test('preferences are reported as they change', () => {
    dashboard.press('>', 'T', 'D');
    expect(dashboard.preferences).toEqual([
      { framesPerSecond: 15 },
      { theme: 'light' },
      { drawing: 'ascii' },
    ]);
  });
});

describe('the view', () => {
  test('freezing keeps what is shown while messages go on', () => {
    const { model, press } = dashboard;
    press('f');
    const shown = model.scene.state;
    model.receive({
      type: 'progress',
      step: 99_999,
      stepsPerSecond: 1,
      trainingSeconds: 9,
      processorWait: null,
    });
    expect(model.scene.state).toBe(shown);
    press('f');
    expect(model.scene.state.ahead?.step).toBe(99_999);
  });

  test('a new run is shown at once, frozen or not', () => {
    dashboard.press('f');
    for (const message of syntheticMessages({ until: 1, title: 'Another' })) dashboard.model.receive(message);
    expect(dashboard.model.scene.state.header?.title).toBe('Another');
    expect(dashboard.model.view.frozen).toBeNull();
  });

  test('m goes through the matrix views', () => {
    const seen = ['m', 'm', 'm'].map((key) => {
      dashboard.press(key);
      return dashboard.model.view.matrixView;
    });
    expect(seen).toEqual(['specialized', 'observability', 'correlation']);
  });

  test('tab moves the focus through the panels and back', () => {
    const { model, press } = dashboard;
    const seen = ['tab', 'tab', 'tab', 'tab', 'shift-tab'].map((key) => {
      press(key);
      return model.view.focus;
    });
    expect(seen).toEqual(['events', 'loss', 'teachers', 'matrix', 'teachers']);
  });

  test('scrolling stops at the ends, so that turning back acts at once', () => {
    const { model, press } = dashboard;
    press('shift-tab', 'end', 'pagedown', 'down');
    expect(model.view.focus).toBe('teachers');
    const { teachers } = model.view.scroll;
    expect(teachers).toBeGreaterThan(8);
    press('up');
    expect(model.view.scroll.teachers).toBe(teachers - 1);
    press('home');
    expect(model.view.scroll).toEqual({ teachers: 0, events: 0 });
  });

  test('a notice goes after a while', () => {
    let now = 0;
    const model = new DashboardModel({
      session: idleSession(),
      presets: () => presets,
      preferences: usualPreferences,
      onPreferences: () => {},
      keys: keyTable,
      shell: { quit() {}, suspend() {}, repaint() {}, setPace() {} },
      clock: () => now,
      columns: 80,
      rows: 24,
    });
    model.press('>');
    model.tick();
    expect(model.outline.notice).toBe('15 frames a second');
    now = 5000;
    model.tick();
    expect(model.outline.notice).toBe('');
  });

  test('that a run is starting stays until it is there, or has been refused', () => {
    const { model, press } = dashboard;
    press('2');
    model.tick();
    expect(model.outline.notice).toBe('starting Tiny batches');
    model.receive({ type: 'event', step: 3, event: 'refused', summary: 'no such data' });
    model.tick();
    expect(model.outline.notice).toBe('no such data');
    press('r');
    expect(model.outline.notice).toBe('restarting');
    for (const message of syntheticMessages({ until: 1 })) model.receive(message);
    model.tick();
    expect(model.outline.notice).toBe('');
  });
});

describe('the menu of perturbations', () => {
  test('enter applies the chosen one with its value', () => {
    const { press, sent, model } = dashboard;
    press('p', 'right', 'enter');
    expect(sent).toEqual([{ type: 'perturb', perturbation: { kind: 'noise', scale: 1 } }]);
    expect(model.outline.overlay).toBeNull();
  });

  /** Presses that choose an entry of the menu. */
  const downTo = (wanted: string): string[] =>
    new Array(perturbationCatalog(10).findIndex(({ kind }) => kind === wanted)).fill('down');

  test('has its entries in sections, each section once', () => {
    const groups = perturbationCatalog(10).map(({ group }) => group);
    expect(groups.filter((group, at) => groups[at - 1] !== group)).toEqual([...new Set(groups)]);
  });

  test.each([
    [120, 40],
    [160, 50],
  ])('leaves the matrix in sight at %ix%i', (columns, rows) => {
    const { model, press } = dashboard;
    model.resize(columns, rows);
    press('p');
    const { layout } = model.outline;
    if (!layout) throw new Error('there is room');
    const box = boxBesideMatrix(layout);
    const matrix = placedPanels(layout).find(({ id }) => id === 'matrix');
    expect(matrix && (matrix.left >= box.left + box.columns || matrix.top >= box.top + box.rows)).toBe(true);
  });

  test('digits set a value, and the next value is a tab away', () => {
    dashboard.press('p', ...downTo('swap-fan-out'), '7', 'tab', '1', '2', 'enter');
    expect(dashboard.sent).toEqual([
      { type: 'perturb', perturbation: { kind: 'swap-fan-out', teachers: [7, 12] } },
    ]);
  });

  test('a value out of bounds is not applied', () => {
    const { press, sent, model } = dashboard;
    press('p', ...downTo('reinitialize-best-match'), '9', '9', 'enter');
    expect(sent).toEqual([]);
    expect(model.outline.notice).toBe('teacher 99: allowed is 0 to 19');
    expect(model.outline.overlay?.kind).toBe('perturb');
    press('backspace', 'enter');
    expect(sent).toEqual([
      { type: 'perturb', perturbation: { kind: 'reinitialize-best-match', teacher: 9 } },
    ]);
  });

  test('values stay within their bounds', () => {
    dashboard.press('p', ...new Array(40).fill('right'), 'enter');
    dashboard.press('p', ...new Array(40).fill('left'), 'enter');
    const scales = dashboard.sent.flatMap((command) =>
      command.type === 'perturb' && command.perturbation.kind === 'noise' ? [command.perturbation.scale] : [],
    );
    expect(scales).toEqual([1000, 0.001]);
  });

  test('every choice and every value is asked about, and the answer shown', () => {
    const { press, previews, model } = dashboard;
    press('p', 'right', 'down', 'down', 'down', 'down', 'down', 'right');
    expect(previews.map((command) => command.type === 'preview' && command.perturbation)).toEqual([
      { kind: 'noise', scale: 0.5 },
      { kind: 'noise', scale: 1 },
      { kind: 'layer-noise', deviation: 0.1 },
      { kind: 'relative-layer-noise', scale: 0.5 },
      { kind: 'reinitialize', which: 'unlearned' },
      { kind: 'reinitialize', which: 'idle' },
      { kind: 'reinitialize-best-match', teacher: 0 },
      { kind: 'reinitialize-best-match', teacher: 1 },
    ]);
    // Answers that are not about the choice at hand are not shown beside it.
    for (const _ of previews.slice(1)) model.receive({ type: 'preview', text: 'noise of 0.5x RMS' });
    expect(model.outline.preview).toBe('');
    model.receive({ type: 'preview', text: 'killed student node 3' });
    expect(model.outline.preview).toBe('killed student node 3');
  });

  test('escape closes it and changes nothing', () => {
    dashboard.press('p', 'escape');
    expect(dashboard.sent).toEqual([]);
    expect(dashboard.model.outline.mode).toBe('panels');
  });
});

test('loss axis and smoothing go through their choices, and stay while the run goes on', () => {
  const { press, model } = dashboard;
  press('a', 'S', 'S');
  for (const message of syntheticMessages({ until: 5 })) model.receive(message);
  expect(model.view).toMatchObject({ lossAxis: 'linear', smoothing: 0.9 });
  press('a', 'S');
  expect(model.view).toMatchObject({ lossAxis: 'log', smoothing: 0 });
});

describe('hidden layers', () => {
  const deep = (): typeof dashboard => {
    for (const message of syntheticMessages({
      layers: [
        [6, 12],
        [4, 9],
      ],
      until: 20,
    }))
      dashboard.model.receive(message);
    return dashboard;
  };

  test('] and [ choose the one on display, within what there is', () => {
    const { model, press } = deep();
    press(']');
    expect([model.view.layer, model.outline.teachers]).toEqual([1, 4]);
    press(']', ']');
    expect(model.view.layer).toBe(1);
    press('[', '[');
    expect([model.view.layer, model.outline.teachers]).toEqual([0, 6]);
  });

  test('perturbations are of the layer on display', () => {
    const { press, sent } = deep();
    press(']', 'p', 'down', 'enter');
    expect(sent.at(-1)).toMatchObject({ perturbation: { kind: 'layer-noise', layer: 1 } });
  });
});

describe('the list of presets', () => {
  test('typing searches title, look and what it shows; enter starts', () => {
    dashboard.press('/', ...'noise', 'enter');
    expect(dashboard.asked).toEqual(['preset full-batch']);
  });

  test('keys that act on panels are letters here', () => {
    dashboard.press('/', 'q', '1', 'space');
    expect(dashboard.asked).toEqual([]);
    expect(dashboard.model.outline.overlay).toMatchObject({ query: 'q1 ' });
  });

  test('the choice stays inside what was found', () => {
    dashboard.press('/', 'down', 'down', 'down', 'down', 'up', 'enter');
    expect(dashboard.asked).toEqual(['preset tiny-batches']);
  });

  test('nothing found starts nothing', () => {
    dashboard.press('/', ...'zzz', 'enter');
    expect(dashboard.asked).toEqual([]);
  });
});

test('whatever is pressed, told and resized, every view paints inside its panel, fast-check seed 31', () => {
  const keys = keyTable.flatMap(({ keys }) => keys).filter((key) => key !== 'text');
  const runs = [syntheticMessages({ m: 12, n: 30, until: 20 }), syntheticMessages({ m: 2, n: 3, until: 3 })];
  runs.push(
    syntheticMessages({
      layers: [
        [4, 9],
        [30, 200],
        [2, 3],
      ],
      until: 9,
    }),
  );
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...keys).map((key) => ({ key })) },
    {
      weight: 2,
      arbitrary: fc.record({
        kind: fc.constantFrom('press' as const, 'wheel-up' as const, 'wheel-down' as const),
        column: fc.integer({ min: 0, max: 210 }),
        row: fc.integer({ min: 0, max: 65 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ run: fc.constantFrom(...runs), until: fc.nat(20) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        columns: fc.integer({ min: 10, max: 200 }),
        rows: fc.integer({ min: 5, max: 60 }),
      }),
    },
  );
  fc.assert(
    fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
      const { model } = opened();
      for (const each of actions) {
        if ('key' in each) model.press(each.key);
        else if ('kind' in each) model.point(each);
        else if ('run' in each) for (const message of each.run.slice(0, each.until)) model.receive(message);
        else model.resize(each.columns, each.rows);
      }
      const { scene, outline } = model;
      const { layout } = outline;
      for (const { id, width, height } of layout ? placedPanels(layout) : []) {
        const grid = new CellGrid(width, height);
        panelPainters[id](new Canvas(grid), scene);
        expect(grid.lines.map((line) => stringWidth(line))).toEqual(new Array(height).fill(width));
      }
    }),
    { seed: 31, numRuns: 40 },
  );
});
