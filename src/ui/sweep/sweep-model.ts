import { hiddenShapes } from '../../experiment/index.js';
import {
  type CellProgress,
  type CellStatistics,
  cellKey,
  type SweepFile,
  type SweepProgress,
  type SweepRun,
} from '../../sweep/index.js';
import { bindingFor } from '../screen/key-rows.js';
import { type Drawing, type DrawingName, drawings } from '../terminal/drawing.js';
import { firstMap, type MapAction, type MapView, mapActions } from './heat-map.js';
import { KnownStatistics } from './known-statistics.js';
import { type LossAction, type LossView, lossActions, wholeLoss } from './loss-view.js';
import { type SweepActions, type SweepShell, sweepKeys } from './sweep-keys.js';

export const sweepPanels = ['success', 'loss', 'students', 'map'] as const;
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
  /** The hidden layer whose nodes the panels show, and how many there are. */
  readonly layer: number;
  readonly layers: number;
  readonly loss: LossView;
  readonly map: MapView;
  /** Of every cell; null before its first result. */
  readonly statistics: readonly (CellStatistics | null)[];
  /** Index of the cell that is kept beside the chosen one. */
  readonly kept: number | null;
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
export type SweepPosition = {
  readonly cell: number;
  readonly run: number;
  readonly panel: SweepPanel;
  readonly layer: number;
};

export const startPosition: SweepPosition = { cell: 0, run: 0, panel: 'success', layer: 0 };

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

/** The screen of a sweep without its terminal: what it has been told, how it is looked at, what each key does. */
export class SweepModel implements SweepActions {
  readonly #options: SweepModelOptions;
  readonly #listeners = new Set<() => void>();
  readonly #groups: readonly (readonly SweepRun[])[];
  #size: { readonly columns: number; readonly rows: number };
  #cell: number;
  #run: number;
  #panel: SweepPanel;
  #layer: number;
  #help = false;
  #loss = wholeLoss;
  #map: MapView;
  #kept: number | null = null;
  readonly #known: KnownStatistics;
  #scene: SweepScene | null = null;

  constructor(options: SweepModelOptions) {
    this.#options = options;
    this.#size = { columns: options.columns, rows: options.rows };
    this.#cell = options.position.cell;
    this.#run = options.position.run;
    this.#panel = options.position.panel;
    this.#layer = options.position.layer;
    this.#groups = [...Map.groupBy(options.progress.runs, ({ cell }) => cellKey(cell)).values()];
    this.#map = firstMap(options.progress.cells());
    this.#known = new KnownStatistics(this.#groups.length);
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

  /** Something has happened, which `progress` must have heard of before. */
  refresh(): void {
    this.#scene = null;
  }

  /** Lets the clock readings go on. */
  tick(): void {
    if (!this.#options.progress.hasEnded) this.#scene = null;
  }

  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#changed();
  }

  press(key: string): void {
    const row = bindingFor(this.#help ? 'help' : 'cells', key, sweepKeys);
    if (row) row.act(this, key);
    else if (this.#help && bindingFor('cells', key, sweepKeys)) this.#help = false;
    else return;
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
    this.#loss = lossActions[action](this.#loss, this.scene.statistics[this.#cell]?.lossCurve ?? []);
  }

  /** Of the hidden layers of the chosen cell, those above and below; it stops at either end. */
  moveLayer(by: 1 | -1): void {
    const { layer, layers } = this.scene;
    this.#layer = Math.max(0, Math.min(layers - 1, layer + by));
  }

  /** Keeps the chosen cell on display beside those that are chosen from now on, or none any more. */
  toggleKept(): void {
    this.#kept = this.#kept === null ? this.#cell : null;
    // The map has all cells, and stands beside nothing.
    if (this.#kept !== null && this.#panel === 'map') this.#panel = 'success';
  }

  /** Shows the map, or another of its numbers or settings where it is shown. */
  changeMap(action: MapAction): void {
    if (this.#panel === 'map' || action !== 'quantity')
      this.#map = mapActions[action](this.#map, this.scene.cells);
    this.#panel = 'map';
  }

  toggleHelp(): void {
    this.#help = !this.#help;
  }

  openRun(): void {
    const position = { cell: this.#cell, run: this.#run, panel: this.#panel, layer: this.#layer };
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
    const layers = hiddenShapes(runs[0].experiment).length;
    const statistics = this.#groups.map((group, at) =>
      this.#known.of(
        at,
        group.flatMap(({ id }) => progress.resultOf(id) ?? []),
        file,
      ),
    );
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
      layer: Math.min(this.#layer, layers - 1),
      layers,
      loss: this.#loss,
      map: this.#map,
      statistics,
      kept: this.#kept,
      finished: progress.finished,
      failed: progress.failed,
      running: progress.running,
      queue: progress.queue,
      all: progress.runs.length,
      runsPerMinute: progress.runsPerMinute,
      remainingSeconds: progress.remainingSeconds,
      elapsedSeconds: progress.elapsedSeconds,
      ended: progress.hasEnded,
      help: this.#help,
    };
  }
}
