import { isSpecialized } from '../../net/index.js';
import type { Frame, RunEvent } from '../../protocol/index.js';

/** Watches which teacher nodes are specialized: their best match strictly above a threshold, as the reference counts. */
export class SpecializationWatch {
  threshold: number;
  /** By layer. */
  #specialized: readonly (readonly boolean[])[];

  /** No node is specialized at first. `teacherNodes`: how many there are, by layer. */
  constructor(threshold: number, teacherNodes: readonly number[]) {
    this.threshold = threshold;
    this.#specialized = teacherNodes.map((nodes) => new Array<boolean>(nodes).fill(false));
  }

  /** Takes a frame; an event for every node that it shows specialized or lost since the one before. */
  eventsOf(frame: Frame): RunEvent[] {
    const before = this.#specialized;
    this.reset(frame);
    return frame.layers.flatMap((one, layer) =>
      one.bestMatchOfTeacher.flatMap((correlation, teacher): RunEvent[] => {
        const isSpecialized = this.#specialized[layer][teacher];
        if (isSpecialized === (before[layer][teacher] ?? false)) return [];
        const student = one.bestStudentOfTeacher[teacher];
        const event = isSpecialized ? 'specialized' : 'lost';
        const { step } = frame;
        return [
          { type: 'event', step, event, layer, teacher, student, correlation, threshold: this.threshold },
        ];
      }),
    );
  }

  /** Takes a frame that the run has jumped to: nothing has happened to a node. */
  reset({ layers }: Frame): void {
    this.#specialized = layers.map(({ bestMatchOfTeacher }) =>
      bestMatchOfTeacher.map((best) => isSpecialized(best, this.threshold)),
    );
  }
}
