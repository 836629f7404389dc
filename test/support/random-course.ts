import type { Engine } from '../../src/engine/engine.js';
import { createNaiveEngine } from '../../src/engine/naive/naive-engine.js';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { Experiment } from '../../src/experiment/experiment.js';
import { prepareRun } from '../../src/problem/prepare.js';
import { type Intervention, thresholdChoices } from '../../src/protocol/command.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Perturbation } from '../../src/protocol/perturbation.js';
import type { RunMessage, SessionMessage } from '../../src/protocol/session.js';
import { Run } from '../../src/run/run.js';
import { smallDeepExperiment } from './deep-problems.js';

const shallow = (seed: number): Experiment =>
  resolveExperiment(
    {
      ...{ d: 8, m: 5, multi: 3, c: 4, trainSize: 100, evalSize: 60, stepsPerEpoch: 25, epochs: 40 },
      ...{ learningRate: 0.05, studentScale: 0.1, frameEvery: 10, precision: 'float64', seed },
    },
    'test',
  );

/** Two-layer runs, and with every third seed runs of several layers. */
const experimentOf = (seed: number): Experiment =>
  seed % 3 === 2 ? smallDeepExperiment({ frameEvery: 5, epochs: 40, seed }) : shallow(seed);

/** What a course may have beside the usual. */
type CourseOptions = {
  readonly experiment?: Experiment;
  readonly interventions?: readonly Intervention[];
  /** Learning rates that are set; the usual ones let a run converge. */
  readonly rates?: readonly number[];
};

/** A run of an experiment on the oracle, that publishes as it is told. */
export const openOnOracle = (
  experiment: Experiment,
  interventions: readonly Intervention[],
  clock: () => number,
  publish: (message: RunMessage) => void,
): Run => {
  const prepared = prepareRun(experiment);
  return new Run({
    identity: { program: 'teachtop test', preset: 'random', title: 'Random course', startedAt: '' },
    ...{ experiment, prepared, interventions, clock, publish },
    engine: createNaiveEngine(prepared.problem, { precision: 'float64' }) as Engine,
    threshold: 0.9,
  });
};

const perturbations = (deep: boolean): readonly Perturbation[] => [
  { kind: 'noise', scale: 0.3 },
  { kind: 'reinitialize', which: 'unlearned' },
  { kind: 'kill-best-match', teacher: 1 },
  { kind: 'swap-fan-out', teachers: [0, 1] },
  ...(deep ? [] : ([{ kind: 'add-teacher-node', strength: 1 }] as const)),
];

/** A run and, at times, its control on a course of random changes, jumps and thresholds; what they publish goes on. */
export class RandomCourse {
  /** What a log of the run holds after the header. */
  readonly lines: (Frame | RunEvent)[] = [];
  readonly run: Run;
  readonly #experiment: Experiment;
  readonly #random: () => number;
  readonly #tell: (message: SessionMessage) => void;
  readonly #rates: readonly number[] | null;
  #control: Run | null = null;
  #now = 0;

  constructor(
    seed: number,
    random: () => number,
    tell: (message: SessionMessage) => void,
    { experiment = experimentOf(seed), interventions = [], rates }: CourseOptions = {},
  ) {
    this.#experiment = experiment;
    this.#rates = rates ?? null;
    this.#random = random;
    this.#tell = tell;
    this.run = this.#open(interventions, (message) => {
      if (message.type === 'frame' || message.type === 'event') this.lines.push(message);
      tell(message);
    });
    this.run.start();
  }

  /** Does something at random. */
  act(): void {
    const actions = [
      ...new Array(6).fill(() => this.#train()),
      ...new Array(2).fill(() => this.#perturb()),
      ...[() => this.run.handle({ type: 'undo' }), () => this.run.handle({ type: 'redo' })],
      () => this.run.handle({ type: 'rewind', step: this.#below(this.run.step + 1) }),
      () => this.#rewindToChange(),
      () => this.run.handle({ type: 'set-threshold', threshold: this.#oneOf(thresholdChoices) }),
      () => this.run.handle({ type: 'set-learning-rate', learningRate: this.#rate() }),
      () => this.run.handle({ type: this.run.state === 'paused' ? 'resume' : 'pause' }),
      () => this.run.handle({ type: 'advance', by: 'step' }),
      () => (this.#control ? this.#endControl() : this.#startControl()),
    ];
    this.#oneOf(actions)();
  }

  #rate(): number {
    return this.#rates ? this.#oneOf(this.#rates) : 0.02 + 0.06 * this.#random();
  }

  #below(bound: number): number {
    return Math.floor(this.#random() * bound);
  }

  #oneOf<T>(list: readonly T[]): T {
    return list[this.#below(list.length)];
  }

  #open(interventions: readonly Intervention[], publish: (message: RunMessage) => void): Run {
    return openOnOracle(this.#experiment, interventions, () => this.#now++, publish);
  }

  #train(): void {
    if (this.run.state === 'paused') this.run.handle({ type: 'resume' });
    for (let slice = this.#below(12); slice >= 0; slice--) this.run.advance(1 + this.#below(15));
    this.#followWithControl();
  }

  #perturb(): void {
    const deep = this.run.header.studentNodes.length > 1;
    this.run.handle({ type: 'perturb', perturbation: this.#oneOf(perturbations(deep)) });
  }

  /** To right before or right after a change at the step of that change. */
  #rewindToChange(): void {
    const { changes } = this.run.checkpoint().snapshot;
    if (changes.length === 0) return;
    const at = this.#below(changes.length);
    this.run.handle({ type: 'rewind', step: changes[at].step, changes: at + this.#below(2) });
  }

  #startControl(): void {
    const snapshot = this.run.startControl();
    this.#tell({ type: 'control-started', step: this.run.step });
    this.#control = this.#open([], (message) => {
      if (message.type === 'frame') this.#tell({ type: 'control-frame', frame: message });
    });
    this.#control.startFrom(snapshot);
  }

  /** The control stays up to two frames behind or gets ahead. */
  #followWithControl(): void {
    const to = this.run.step + (this.#below(4) - 2) * this.run.header.frameEvery;
    while (this.#control && this.#control.state === 'running' && this.#control.step < to)
      this.#control.advance(to - this.#control.step);
  }

  #endControl(): void {
    if (this.#control && this.#random() < 0.5) this.run.promoteControl(this.#control.takeSnapshot());
    else this.#tell({ type: 'control-ended', reason: 'dropped' });
    this.#control?.dispose();
    this.#control = null;
  }
}
