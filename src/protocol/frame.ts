import * as z from 'zod';
import { later } from '../input/index.js';
import { clockFields, courseFields } from './fields/course-fields.js';
import { field, shapeOf } from './fields/frame-field.js';
import { layerFields } from './fields/layer-fields.js';
import { measuredFields } from './fields/measured-fields.js';
import type { Immutable } from './immutable.js';
import { table } from './values.js';

const layerSchema = later(() =>
  z.object(shapeOf(layerFields)).describe('Specialization of one hidden layer on the evaluation set.'),
);

/** The fields of a frame, in the order of history, charts and exports. */
export const frameFields = {
  ...courseFields,
  layers: field(() => z.array(layerSchema).min(1).describe('The hidden layers, from the inputs up.')),
  teacherStrength: field(() =>
    table.exactOptional().describe("As the header's, where the teacher has been changed since."),
  ),
  ...measuredFields,
  stateHash: field(() =>
    z
      .string()
      .regex(/^[0-9a-f]{16}$/)
      .describe("Hash over the bits of the student's weights: equal students have equal hashes."),
  ),
  ...clockFields,
};

/** One published snapshot of a run. Steps and metrics are deterministic; clock readings are not. */
export const frameSchema = later(() => z.object(shapeOf(frameFields)));

export type Frame = Immutable<z.output<typeof frameSchema>>;

/** A frame of another trainer: only its step and its losses are needed. */
export const foreignFrameSchema = later(() => {
  const { shape } = frameSchema.unwrap();
  return frameSchema.unwrap().extend({
    epoch: shape.epoch.default(0),
    evalLoss: shape.evalLoss.default(Number.NaN),
    batchLoss: shape.batchLoss.default(null),
    learningRate: shape.learningRate.default(Number.NaN),
    layers: z
      .array(layerSchema)
      .default([])
      .describe('The hidden layers, from the inputs up; left out where the log has losses alone.'),
    stateHash: shape.stateHash.default('0'.repeat(16)),
    stepsPerSecond: shape.stepsPerSecond.default(Number.NaN),
    trainingSeconds: shape.trainingSeconds.default(Number.NaN),
  });
});

/** Specialization of one hidden layer on the evaluation set. */
export type LayerFrame = Frame['layers'][number];

/** The paper's gradient forms of a hidden layer. Source: Tian 2019; luckmatters stats_operator.py, StatsHs. */
export type FormsFrame = NonNullable<LayerFrame['forms']>;
