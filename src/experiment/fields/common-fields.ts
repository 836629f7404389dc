import * as z from 'zod';
import { later } from '../../input/index.js';

export const count = z.int().min(1).max(1_000_000);
export const scale = z.number().positive().max(1e6);
/** Size of a step, in settings, schedules and interventions alike. */
export const learningRateSchema = z.number().positive().max(1e6);

/** Weight values that the reference's traces draw teacher entries from (reference README, two-layer section). */
export const referenceTeacherChoices = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1];

export const weightChoices = z.array(z.number().min(-1e6).max(1e6)).min(2).max(256);

/** How steps follow from gradients; by PyTorch's names. */
export const optimizerSchema = z.enum(['sgd', 'adam']);
export const momentumSchema = z.number().min(0).max(0.9999);
export const weightDecaySchema = z.number().min(0).max(1e3).meta({ first: 1e-4 });

/** Settings that mean the same in every kind of experiment. */
export const commonFields = later(() =>
  z.object({
    epochs: count.default(100).describe('epochs in the run'),
    regenerateData: z.boolean().default(false).describe('a new training set after each epoch'),
    seed: z.int().min(0).max(0xffffffff).default(1).describe('seed of every random stream'),
    precision: z.enum(['float32', 'float64']).default('float32').describe('arithmetic of the engine'),
    // Without a default: logs and checkpoints of runs that do not ask for them stay as they were.
    statements: z
      .boolean()
      .exactOptional()
      .describe("the paper's statements in every frame, for log, report and exports; takes time"),
    studentLeak: z
      .number()
      .gt(0)
      .max(1)
      .exactOptional()
      .describe('slope of the student below zero, a leaky ReLU; ReLU where left out'),
    latentDimension: count
      .max(10_000)
      .exactOptional()
      .describe(
        'Gaussian inputs become those of a hidden manifold: signs of random mixtures of so many Gaussian numbers, times dataStd',
      ),
    temperature: z
      .number()
      .gt(0)
      .max(1e6)
      .meta({ first: 1e-6 })
      .exactOptional()
      .describe(
        'Langevin dynamics: Gaussian noise of variance 2 * rate * temperature on every trained number after each step',
      ),
    richness: z
      .boolean()
      .exactOptional()
      .describe(
        'in every frame how far weights have moved from initialization, and how much the tangent kernel has turned',
      ),
    curvatureEvery: count
      .exactOptional()
      .describe(
        "frames from one measurement of the loss's curvature to the next, the Hessian's largest and smallest eigenvalue; " +
          'up to three seconds each',
      ),
    frameEvery: z
      .union([z.literal('auto'), count.max(1_000_000_000)])
      .meta({ first: 100 })
      .default('auto')
      .describe('steps between frames; auto keeps evaluation under a tenth of the arithmetic'),
  }),
);
