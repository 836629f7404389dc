import * as z from 'zod';

const teacherNode = z.int().min(0).max(1_000_000);
const layer = z.int().min(0).max(100).exactOptional();

/** Checks a perturbation from a file; whether it fits a run's networks is the run's to say. */
export const perturbationSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('noise'), scale: z.number() }),
  z.object({ kind: z.literal('reinitialize'), which: z.enum(['unlearned', 'idle']), layer }),
  z.object({ kind: z.literal('reinitialize-best-match'), teacher: teacherNode, layer }),
  z.object({ kind: z.literal('reinitialize-random'), count: z.int().min(1).max(1_000_000), layer }),
  z.object({ kind: z.literal('kill-best-match'), teacher: teacherNode, layer }),
  z.object({ kind: z.literal('kill-idle'), layer }),
  z.object({ kind: z.literal('kill-random'), count: z.int().min(1).max(1_000_000), layer }),
  z.object({ kind: z.literal('layer-noise'), deviation: z.number().min(0).max(1e6), layer }),
  z.object({ kind: z.literal('relative-layer-noise'), scale: z.number().min(0).max(1e6), layer }),
  z.object({ kind: z.literal('duplicate'), teacher: teacherNode, layer }),
  z.object({
    kind: z.literal('scale-fan-out'),
    teacher: teacherNode,
    factor: z.number().min(-1e6).max(1e6),
    layer,
  }),
  z.object({
    kind: z.literal('rotate-fan-out'),
    teacher: teacherNode,
    degrees: z.number().min(-180).max(180),
    layer,
  }),
  z.object({ kind: z.literal('swap-fan-out'), teachers: z.tuple([teacherNode, teacherNode]), layer }),
  z.object({ kind: z.literal('negate-fan-out'), teacher: teacherNode, layer }),
  z.object({ kind: z.literal('drift-teacher'), scale: z.number().min(0).max(1e6) }),
  z.object({ kind: z.literal('swap-strengths'), teachers: z.tuple([teacherNode, teacherNode]), layer }),
  z.object({ kind: z.literal('add-teacher-node'), strength: z.number().positive().max(1e6) }),
  z.object({ kind: z.literal('freeze'), part: z.enum(['features', 'top-layer']) }),
  z.object({ kind: z.literal('unfreeze') }),
  z.object({ kind: z.literal('batch-size'), size: z.int().min(1).max(1_000_000) }),
  z.object({ kind: z.literal('scale-inputs'), factor: z.number().min(-1e6).max(1e6) }),
  z.object({ kind: z.literal('shift-inputs'), by: z.number().min(-1e6).max(1e6) }),
]);
