import type { LayerFrame, RunEvent } from '../../protocol/index.js';

/** Which teacher nodes are specialized, by layer. */
export type Specialized = readonly (readonly boolean[])[];

export const noneSpecialized = (teachersByLayer: readonly number[]): Specialized =>
  teachersByLayer.map((teachers) => new Array<boolean>(teachers).fill(false));

/**
 * Judges every teacher node by its best match, specialized strictly above the threshold as the reference
 * counts; an event for every node whose verdict changed.
 */
export const judge = (
  before: Specialized,
  layers: readonly LayerFrame[],
  threshold: number,
  step: number,
): { readonly specialized: Specialized; readonly events: readonly RunEvent[] } => {
  const specialized = layers.map((layer) => layer.bestMatchOfTeacher.map((best) => best > threshold));
  const events = layers.flatMap((frame, layer) =>
    frame.bestMatchOfTeacher.flatMap((correlation, teacher): RunEvent[] => {
      const now = specialized[layer][teacher];
      if (now === (before[layer][teacher] ?? false)) return [];
      const student = frame.bestStudentOfTeacher[teacher];
      const event = now ? 'specialized' : 'lost';
      return [{ type: 'event', step, event, layer, teacher, student, correlation, threshold }];
    }),
  );
  return { specialized, events };
};
