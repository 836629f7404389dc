import { type Experiment, type MultiLayerExperiment, studentWidth } from './experiment.js';

/** One layer of affine maps in both networks of a multi-layer experiment. */
export type LayerShape = {
  readonly teachers: number;
  readonly students: number;
  /** Numbers that one node reads. */
  readonly teacherInputs: number;
  readonly studentInputs: number;
  /** Places of an input at which the layer is evaluated: 1 where it is dense. */
  readonly positions: number;
};

/** Side of a convolution's kernel (luckmatters model_gen.py, ModelConv: 3 x 3, valid, stride 1). */
export const kernelSide = 3;

type Shaped = Pick<MultiLayerExperiment, 'd' | 'image' | 'hidden' | 'multi' | 'c'>;

/** Hidden layers from the lowest, then the head, whose nodes are the outputs. Pruning is left out of account. */
export const layerShapes = ({ d, image, hidden, multi, c }: Shaped): LayerShape[] => {
  let side = image?.side ?? 1;
  let below = { teachers: image?.channels ?? d, students: image?.channels ?? d };
  const layers = hidden.map((teachers): LayerShape => {
    const taps = image ? kernelSide ** 2 : 1;
    if (image) side -= kernelSide - 1;
    const inputs = { teacherInputs: below.teachers * taps, studentInputs: below.students * taps };
    below = { teachers, students: studentWidth(teachers, multi) };
    return { ...below, ...inputs, positions: side * side };
  });
  const places = side * side;
  const head = { teacherInputs: below.teachers * places, studentInputs: below.students * places };
  return [...layers, { teachers: c, students: c, ...head, positions: 1 }];
};

/** A hidden layer of both networks: its nodes, and the places of an input at which it is evaluated. */
export type HiddenShape = Pick<LayerShape, 'teachers' | 'students' | 'positions'>;

/** Hidden layers from the lowest, of either kind of experiment. Pruning and files may leave fewer nodes. */
export const hiddenShapes = (experiment: Experiment): readonly HiddenShape[] =>
  experiment.kind === 'multi-layer'
    ? layerShapes(experiment).slice(0, -1)
    : [{ teachers: experiment.m, students: experiment.n, positions: 1 }];

/** Whether nodes of the teacher are removed at the start and left out of the metrics. */
export const isPruned = (experiment: Experiment): boolean =>
  experiment.kind === 'multi-layer' && experiment.pruneRatios !== null;

/** Whether the teacher is one dense hidden layer without normalization, to which a node can be added. */
export const takesTeacherNode = (experiment: Experiment): boolean =>
  experiment.kind === 'two-layer' ||
  (experiment.hidden.length === 1 && experiment.image === null && !experiment.teacherBatchNorm);
