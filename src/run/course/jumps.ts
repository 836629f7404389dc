import { mostRedos, type RunEvent } from '../../protocol/index.js';
import type { InterventionPlan } from '../schedule/intervention-plan.js';
import type { Checkpoint, RedoTarget } from './checkpoint.js';
import type { Course } from './course.js';
import { beforePerturbation, type Position, positionAfter, positionAt } from './position.js';
import type { Snapshot } from './snapshots.js';

/** The event of a jump that has been made, or why there is none to make. */
export type JumpOutcome =
  | Extract<RunEvent, { event: 'undone' | 'redone' | 'rewound' | 'promoted' }>
  | { readonly refused: string };

/** Jumps to other positions of a course: undo, redo, rewind, promotion of the control. Publishes nothing. */
export class Jumps {
  readonly #course: Course;
  readonly #interventions: InterventionPlan;
  /** Latest last. */
  #redoTargets: readonly RedoTarget[] = [];
  /** Times that the run has been rewound. */
  #branch = 0;
  /** Where the latest control started that has not been promoted. */
  #controlStart: Position | null = null;

  constructor(course: Course, interventions: InterventionPlan) {
    this.#course = course;
    this.#interventions = interventions;
  }

  /** What a checkpoint holds of it. */
  get state(): Pick<Checkpoint, 'redoTargets' | 'branch' | 'controlStart'> {
    return { redoTargets: this.#redoTargets, branch: this.#branch, controlStart: this.#controlStart };
  }

  restore({
    redoTargets,
    branch,
    controlStart,
  }: Pick<Checkpoint, 'redoTargets' | 'branch' | 'controlStart'>): void {
    this.#redoTargets = redoTargets;
    this.#branch = branch;
    this.#controlStart = controlStart;
  }

  /** After a change there is nothing to redo. */
  clearRedo(): void {
    this.#redoTargets = [];
  }

  /** To before the latest perturbation; an intervention that it undoes is not made again. */
  undo(): JumpOutcome {
    const target = beforePerturbation(this.#course.position);
    if (!target) return { refused: 'there is no perturbation to undo' };
    const undone = this.#course.changes[target.changes.length];
    const from = this.#course.step;
    this.#interventions.cancel(undone);
    this.#keepRedoTarget(undone.summary);
    this.#course.goTo(target);
    const summary = `undid: ${undone.summary}`;
    return { type: 'event', step: from, event: 'undone', toStep: target.step, summary };
  }

  /** To where the latest jump back came from that has not been redone. */
  redo(): JumpOutcome {
    const target = this.#redoTargets.at(-1);
    if (!target) return { refused: 'there is nothing to redo' };
    const { position } = target;
    const from = this.#course.step;
    this.#redoTargets = this.#redoTargets.slice(0, -1);
    this.#interventions.reinstate(position.changes);
    this.#course.goTo(position);
    const summary = `back to step ${position.step}, before: ${target.summary}`;
    return { type: 'event', step: from, event: 'redone', toStep: position.step, summary };
  }

  /** To a step on the way here, after so many of the changes on that way; without a number after all made there. */
  rewind(step: number, changes?: number): JumpOutcome {
    const { position: now } = this.#course;
    const from = now.step;
    if (!Number.isInteger(step) || step < 0 || step > from)
      return { refused: `rewind to step ${step}: allowed are whole numbers from 0 to ${from}` };
    const last = positionAt(now, step);
    const target = changes === undefined ? last : positionAfter(now, step, changes);
    if (!target)
      return { refused: `rewind to step ${step}: the run does not come there after ${changes} changes` };
    this.#keepRedoTarget(`rewound to step ${step}`);
    this.#branch++;
    this.#course.goTo(target);
    const summary = `branch ${this.#branch}, from step ${step} on`;
    const among = target.changes.length === last.changes.length ? {} : { changes: target.changes.length };
    return { type: 'event', step: from, event: 'rewound', toStep: step, summary, ...among };
  }

  /** Marks where a control starts, and returns what it starts from. */
  startControl(): Snapshot {
    this.#controlStart = this.#course.position;
    return this.#course.pin();
  }

  /** Onto the control's course: to its state, or to a step that it has come to. */
  promoteControl(to: Snapshot | number): JumpOutcome {
    const start = this.#controlStart;
    if (!start) return { refused: 'there is no control to take the place of' };
    const from = this.#course.step;
    this.#keepRedoTarget('took the place of the control');
    if (typeof to === 'number') this.#course.goTo({ step: to, changes: start.changes });
    else this.#course.restore({ ...to, changes: start.changes });
    this.#controlStart = null;
    const summary = "took the control's course";
    return { type: 'event', step: from, event: 'promoted', toStep: start.step, summary };
  }

  #keepRedoTarget(summary: string): void {
    this.#course.pin();
    this.#redoTargets = [...this.#redoTargets, { position: this.#course.position, summary }].slice(
      -mostRedos,
    );
  }
}
