import * as z from 'zod';
import { later } from '../input/index.js';
import { type StatementId, statementIds } from '../net/index.js';
import { count, number, numbers, table, text } from './values.js';

const sizes = later(() =>
  z
    .object({ samples: count, of: count, median: number, p90: number, p99: number, maximum: number })
    .nullable(),
);

const teacher = later(() =>
  z.object({
    observedBy: count,
    isConcerned: z.boolean(),
    part: number,
    epsilon: z.object({ training: number, evaluation: number }),
    angle: number,
    isMirror: z.boolean(),
    isHeld: z.boolean(),
    correlation: number,
    twins: z.array(count),
    residual: number,
    loss: number,
    fall: number,
  }),
);

const student = later(() =>
  z.object({
    correlation: number,
    fanOutNorm: number,
    isDead: z.boolean(),
    // Logs written before it was told have none.
    isAlwaysActive: z.boolean().default(false),
    isHolding: z.boolean(),
    isMirror: z.boolean(),
    // Nor this.
    heldShare: number.default(Number.NaN),
    groupSize: count,
    groupFanOut: number,
    observers: count,
    independent: count,
    isConcerned: z.boolean(),
  }),
);

const missing = later(() =>
  z.object(
    Object.fromEntries(statementIds.map((id) => [id, text.exactOptional()])) as Record<
      StatementId,
      z.ZodExactOptional<typeof text>
    >,
  ),
);

/** What the paper's statements are judged by, as a frame keeps it: `Theory`, or why there is none. */
export const statementsSchema = later(() =>
  z.union([
    text,
    z.object({
      outputs: count,
      gradient: z.object({ training: sizes, evaluation: sizes }),
      form: z.object({ samples: count, deviation: number }),
      loss: z.object({ whole: number, rest: number }),
      teachers: z.array(teacher),
      students: z.array(student),
      upper: z.array(z.object({ correlation: numbers, fanOutNorm: numbers })),
      missing,
    }),
  ]),
);

const end = later(() => z.object({ value: number, error: number }));

/** The curvature of the loss as a frame keeps it: `Curvature`, or why there is none. */
export const curvatureSchema = later(() =>
  z.union([
    text,
    z.object({
      largest: end,
      smallest: end,
      gradientNorm: number,
      descent: number,
      parameters: count,
      samples: count,
      of: count,
      products: count,
    }),
  ]),
);

const orderOfStudent = { q: table, r: table, loss: number };

/** Order parameters as a frame keeps them. */
export const orderSchema = later(() =>
  z.object({
    ...orderOfStudent,
    t: table,
    predicted: z.union([text, z.object(orderOfStudent)]).nullable(),
  }),
);

const classCounts = z.array(count);

/** How many evaluation samples are of each class: `ClassCounts`. */
export const classesSchema = later(() =>
  z.object({
    teacher: classCounts,
    student: classCounts,
    labels: classCounts.exactOptional(),
  }),
);
