import { type Experiment, learningRateSchema } from '../experiment/index.js';
import { allowedValues } from '../input/index.js';
import type { Perturbation } from '../protocol/index.js';
import type { Course } from './course/course.js';
import type { Jumps } from './course/jumps.js';
import type { Publisher } from './frames/publisher.js';
import { teacherStrength } from './frames/run-header.js';
import { perturbationProblem } from './perturbations/perturbation-target.js';
import { hasMade } from './schedule/intervention-plan.js';

/** Why a run that has ended does not do what it is asked to. */
export const endedReasons = {
  done: 'the run is done: restart it, or choose another preset',
  diverged: 'the run has diverged: undo, restart, or choose another preset',
} as const;

type ChangesOptions = {
  readonly experiment: Experiment;
  readonly course: Course;
  readonly jumps: Jumps;
  readonly publisher: Publisher;
};

/** Makes the changes to a run that commands and interventions ask for, and publishes them or why they are refused. */
export class Changes {
  readonly #experiment: Experiment;
  readonly #course: Course;
  readonly #jumps: Jumps;
  readonly #publisher: Publisher;

  constructor({ experiment, course, jumps, publisher }: ChangesOptions) {
    this.#experiment = experiment;
    this.#course = course;
    this.#jumps = jumps;
    this.#publisher = publisher;
  }

  /** Says what a perturbation would do, and does nothing. */
  preview(perturbation: Perturbation): void {
    const { threshold } = this.#publisher;
    const text = this.#objectionTo(perturbation) ?? this.#course.preview(perturbation, threshold);
    this.#publisher.message({ type: 'preview', text });
  }

  /** `intervention`: which of the experiment's it is; one that has been made already is not made again. */
  perturb(perturbation: Perturbation, intervention?: number): void {
    if (this.#hasMade(intervention)) return;
    const objection = this.#objectionTo(perturbation);
    if (objection !== null) {
      this.#publisher.refuse(objection);
      return;
    }
    const { threshold } = this.#publisher;
    this.#course.pin();
    this.#jumps.clearRedo();
    const { summary } = this.#course.change({ type: 'perturb', perturbation }, threshold, intervention);
    const by = intervention === undefined ? {} : { intervention };
    this.#publisher.event({ event: 'perturbed', perturbation, threshold, summary, ...by });
    this.#publisher.frame();
  }

  /** `intervention`: as for perturb. */
  setLearningRate(learningRate: number, intervention?: number): void {
    if (this.#hasMade(intervention)) return;
    if (!learningRateSchema.safeParse(learningRate).success) {
      this.#publisher.refuse(
        `learning rate ${learningRate}: allowed is ${allowedValues(learningRateSchema)}`,
      );
      return;
    }
    const from = this.#course.learningRate;
    const { threshold } = this.#publisher;
    this.#jumps.clearRedo();
    this.#course.change({ type: 'set-learning-rate', learningRate }, threshold, intervention);
    const by = intervention === undefined ? {} : { intervention };
    this.#publisher.event({ event: 'learning-rate', from, to: learningRate, cause: 'key', ...by });
  }

  /** Why a perturbation cannot be made now; null when it can. */
  #objectionTo(perturbation: Perturbation): string | null {
    if (this.#course.diverged) return endedReasons.diverged;
    const { problem, teacher } = this.#course;
    const teachers = teacherStrength(problem, teacher).map((nodes) => nodes.length);
    return perturbationProblem(perturbation, this.#experiment, teachers);
  }

  /** Whether an intervention has been made already: the log of a run that is resumed has it once more. */
  #hasMade(index: number | undefined): boolean {
    return index !== undefined && hasMade(this.#course.changes, index);
  }
}
