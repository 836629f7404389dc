import {
  type CellProgress,
  type CellStatistics,
  cellKey,
  cellStatistics,
  type SweepEvent,
  type SweepFile,
  type SweepProgress,
  type SweepRun,
} from '../../sweep/index.js';
import type { Shell } from '../screen/shell.js';

/** What the screen of a sweep asks of the terminal's owner. */
export type SweepShell = Pick<Shell, 'quit' | 'suspend' | 'repaint'>;

import { type Drawing, type DrawingName, drawings } from '../terminal/drawing.js';
import { type LossAction, type LossView, lossActions, wholeLoss } from './loss-view.js';

export const sweepPanels = ['success', 'loss', 'students'] as const;
export type SweepPanel = (typeof sweepPanels)[number];

/** Everything that the sweep's screen is painted from. Never mutated. */
export type SweepScene = {
  readonly title: string;
  readonly folder: string;
  readonly file: SweepFile;
  readonly columns: number;
  readonly rows: number;
  readonly drawing: Drawing;
  readonly cells: readonly CellProgress[];
  /** Index of the chosen cell. */
  readonly cell: number;
  /** Runs of the chosen cell, and the index of the chosen one. */
  readonly runs: readonly SweepRun[];
  readonly run: number;
  /** What the chosen run has come to, in a few words. */
  readonly runText: string;
  readonly panel: SweepPanel;
  readonly loss: LossView;
  /** Of the chosen cell; null before its first result. */
  readonly statistics: CellStatistics | null;
  readonly finished: number;
  readonly failed: number;
  readonly running: number;
  readonly queue: SweepProgress['queue'];
  readonly all: number;
  readonly runsPerMinute: number;
  readonly remainingSeconds: number | null;
  readonly elapsedSeconds: number;
  readonly ended: boolean;
  readonly help: boolean;
};

/** What is chosen on the screen, to come back to. */
export type SweepPosition = { readonly cell: number; readonly run: number; readonly panel: SweepPanel };

export type SweepModelOptions = {
  readonly title: string;
  readonly folder: string;
  readonly file: SweepFile;
  readonly progress: SweepProgress;
  readonly drawing: DrawingName;
  readonly columns: number;
  readonly rows: number;
  readonly shell: SweepShell;
  readonly position: SweepPosition;
  /** Shows a run in the dashboard; `position` is what to come back to. */
  readonly open: (run: SweepRun, position: SweepPosition) => void;
};

/** One key of the sweep's screen. */
type SweepKey = {
  readonly keys: readonly string[];
  readonly label: string;
  readonly hint: string;
  /** Empty where the key before it tells of both. */
  readonly description: string;
  readonly act: (model: SweepModel) => void;
};

/** The screen of a sweep without its terminal: what it has been told, how it is looked at, what each key does. */
export class SweepModel {
  readonly #options: SweepModelOptions;
  readonly #listeners = new Set<() => void>();
  readonly #groups: readonly (readonly SweepRun[])[];
  #size: { readonly columns: number; readonly rows: number };
  #cell: number;
  #run: number;
  #panel: SweepPanel;
  #help = false;
  #loss = wholeLoss;
  #ended = false;
  #scene: SweepScene | null = null;

  constructor(options: SweepModelOptions) {
    this.#options = options;
    this.#size = { columns: options.columns, rows: options.rows };
    this.#cell = options.position.cell;
    this.#run = options.position.run;
    this.#panel = options.position.panel;
    this.#groups = [...Map.groupBy(options.progress.runs, ({ cell }) => cellKey(cell)).values()];
  }

  /** The latest scene; the same object until something has changed. */
  get scene(): SweepScene {
    this.#scene ??= this.#makeScene();
    return this.#scene;
  }

  /** Calls back when a key has changed what is shown; returns the way to stop. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** `progress` must have heard of the event before. */
  receive(event: SweepEvent): void {
    if (event.type === 'ended') this.#ended = true;
    this.#scene = null;
  }

  /** Lets the clock readings go on. */
  tick(): void {
    if (!this.#ended) this.#scene = null;
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#changed();
  }

  press(key: string): void {
    const binding = sweepKeys.find(({ keys }) => keys.includes(key));
    if (!binding) return;
    if (this.#help && binding.hint !== 'help' && binding.hint !== 'quit') this.#help = false;
    else binding.act(this);
    this.#changed();
  }

  moveCell(by: number): void {
    this.#cell = Math.max(0, Math.min(this.#groups.length - 1, this.#cell + by));
    this.#run = Math.min(this.#run, this.#groups[this.#cell].length - 1);
  }

  moveRun(by: number): void {
    const count = this.#groups[this.#cell].length;
    this.#run = (this.#run + by + count) % count;
  }

  nextPanel(by: 1 | -1): void {
    const at = sweepPanels.indexOf(this.#panel) + by;
    this.#panel = sweepPanels[(at + sweepPanels.length) % sweepPanels.length];
  }

  /** Looks at the losses in another way, and at them where not all panels fit. */
  changeLoss(action: LossAction): void {
    this.#panel = 'loss';
    this.#loss = lossActions[action](this.#loss, this.scene.statistics?.lossCurve ?? []);
  }

  toggleHelp(): void {
    this.#help = !this.#help;
  }

  openRun(): void {
    const position = { cell: this.#cell, run: this.#run, panel: this.#panel };
    this.#options.open(this.#groups[this.#cell][this.#run], position);
  }

  get shell(): SweepShell {
    return this.#options.shell;
  }

  #changed(): void {
    this.#scene = null;
    for (const listener of this.#listeners) listener();
  }

  #runText(run: SweepRun): string {
    const { progress } = this.#options;
    const result = progress.resultOf(run.id);
    const epoch = progress.epochOf(run.id);
    if (epoch !== null) return `epoch ${epoch} of ${run.experiment.epochs}`;
    if (!result) return 'waiting';
    return result.status === 'done' ? 'done' : `${result.status}: ${result.reason}`;
  }

  #makeScene(): SweepScene {
    const { title, folder, file, progress, drawing } = this.#options;
    const runs = this.#groups[this.#cell];
    const ids = new Set(runs.map(({ id }) => id));
    const results = progress.results.filter(({ run }) => ids.has(run));
    return {
      title,
      folder,
      file,
      ...this.#size,
      drawing: drawings[drawing],
      cells: progress.cells(),
      cell: this.#cell,
      runs,
      run: this.#run,
      runText: this.#runText(runs[this.#run]),
      panel: this.#panel,
      loss: this.#loss,
      statistics: results.length === 0 ? null : cellStatistics(results, file),
      finished: progress.finished,
      failed: progress.failed,
      running: progress.running,
      queue: progress.queue,
      all: progress.runs.length,
      runsPerMinute: progress.runsPerMinute,
      remainingSeconds: progress.remainingSeconds,
      elapsedSeconds: progress.elapsedSeconds,
      ended: this.#ended,
      help: this.#help,
    };
  }
}

const key = (
  keys: string,
  label: string,
  hint: string,
  description: string,
  act: SweepKey['act'],
): SweepKey => ({ keys: keys.split(' '), label, hint, description, act });

/** Every key of the sweep's screen, in the order of its help. */
export const sweepKeys: readonly SweepKey[] = [
  key('up', 'up', 'cell', 'the cell above', (model) => model.moveCell(-1)),
  key('down', 'down', '', 'the cell below', (model) => model.moveCell(1)),
  key('left', 'left', 'seed', 'the seed before', (model) => model.moveRun(-1)),
  key('right', 'right', '', 'the next seed', (model) => model.moveRun(1)),
  key('enter', 'enter', 'open', 'open the run in the dashboard; esc comes back', (model) => model.openRun()),
  key('tab', 'tab', 'panel', 'success rates, losses or student nodes, where not all fit', (model) =>
    model.nextPanel(1),
  ),
  key('shift-tab', 'shift-tab', '', 'the panel before', (model) => model.nextPanel(-1)),
  key('pageup', 'page up', '', 'ten cells up; page down: ten down', (model) => model.moveCell(-10)),
  key('pagedown', 'page down', '', '', (model) => model.moveCell(10)),
  key('home', 'home', '', 'the first cell; end: the last', (model) =>
    model.moveCell(Number.NEGATIVE_INFINITY),
  ),
  key('end', 'end', '', '', (model) => model.moveCell(Number.POSITIVE_INFINITY)),
  key('x', 'x', '', 'cursor on the losses: its epoch, mean and deviation', (model) =>
    model.changeLoss('cursor'),
  ),
  key(',', ',', '', 'the cursor to the epoch before; . to the next', (model) =>
    model.changeLoss('cursor-back'),
  ),
  key('.', '.', '', '', (model) => model.changeLoss('cursor-on')),
  key('z', 'z', '', 'zoom in: half the epochs; Z out', (model) => model.changeLoss('zoom-in')),
  key('Z', 'Z', '', '', (model) => model.changeLoss('zoom-out')),
  key('a', 'a', '', 'axis of the losses: logarithmic or linear', (model) => model.changeLoss('axis')),
  key('S', 'S', '', 'smoothing of the losses: none, 0.6, 0.9', (model) => model.changeLoss('smoothing')),
  key('?', '?', 'help', 'this list', (model) => model.toggleHelp()),
  key('q', 'q', 'quit', 'quit; --resume goes on', (model) => model.shell.quit('quit')),
  key('ctrl-c', 'ctrl-c', '', 'quit', (model) => model.shell.quit('interrupt')),
  key('ctrl-l', 'ctrl-l', '', 'repaint the screen', (model) => model.shell.repaint()),
  key('ctrl-z', 'ctrl-z', '', 'suspend; fg brings it back', (model) => model.shell.suspend()),
];
