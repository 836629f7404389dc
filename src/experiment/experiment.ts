import type * as z from 'zod';
import { multiLayerFields } from './fields/multi-layer-fields.js';
import { twoLayerFields } from './fields/two-layer-fields.js';

/** The settings of each kind of experiment: every key optional, no other key allowed, defaults filled in. */
export const optionsSchemas = { 'two-layer': twoLayerFields, 'multi-layer': multiLayerFields } as const;

export type ExperimentKind = keyof typeof optionsSchemas;

/** The settings of a kind by their keys. */
export const experimentFields = (kind: ExperimentKind): Readonly<Record<string, z.ZodType>> =>
  optionsSchemas[kind].unwrap().shape;

type SettingName = keyof TwoLayerOptions | keyof MultiLayerOptions;

/** The published scripts' option names (luckmatters, two-layer and multi-layer configuration) beside ours. */
export const referenceAliases: Readonly<Record<string, SettingName>> = {
  choices: 'teacherChoices',
  teacher_strength_decay: 'strengthDecay',
  no_bias: 'noBias',
  teacher_scale: 'teacherScale',
  student_scale: 'studentScale',
  data_std: 'dataStd',
  N_train: 'trainSize',
  N_eval: 'evalSize',
  batchsize: 'batchSize',
  use_sgd: 'sgd',
  num_iter_per_epoch: 'stepsPerEpoch',
  num_epoch: 'epochs',
  lr: 'learningRate',
  lr_reduction: 'halvingPeriod',
  regen_dataset: 'regenerateData',
  normalize: 'normalizeStudent',
  feature_fixed: 'featuresFixed',
  top_layer_fixed: 'topLayerFixed',
  nonlinear: 'relu',
  adv_init: 'advInit',
  theory_suggest_train: 'theoryData',
  theory_suggest_mean: 'theoryMean',
  theory_suggest_sigma: 'theorySigma',
  node_multi: 'multi',
  ks: 'hidden',
  data_d: 'd',
  d_output: 'c',
  image: 'imageSide',
  use_cnn: 'convolutional',
  weight_choices: 'teacherChoices',
  no_sep: 'randomTeacher',
  teacher_bias_tune: 'tuneTeacherBias',
  teacher_bias_last_layer_tune: 'tuneTeacherOutput',
  leaky_relu: 'teacherLeak',
  bn: 'batchNorm',
  bn_affine: 'batchNormAffine',
  teacher_bn: 'teacherBatchNorm',
  teacher_bn_affine: 'teacherBatchNormAffine',
  bn_before_relu: 'batchNormBeforeRelu',
  same_dir: 'sameDirection',
  same_sign: 'sameSigns',
  load_teacher: 'teacherFile',
  load_student: 'studentFile',
  optim_method: 'optimizer',
  weight_decay: 'weightDecay',
  cross_entropy: 'crossEntropy',
  random_dataset_size: 'trainSize',
  eval_size: 'evalSize',
  regen_dataset_each_epoch: 'regenerateData',
  stats_H: 'gradientForms',
};

/** What a preset or the command line may give: every key optional, `kind` too for a two-layer experiment. */
export type TwoLayerOptions = z.input<(typeof optionsSchemas)['two-layer']>;
export type MultiLayerOptions = z.input<(typeof optionsSchemas)['multi-layer']>;
export type ExperimentOptions = TwoLayerOptions | MultiLayerOptions;

/** A validated experiment: every value present, `n` and `multi` both resolved. */
export type TwoLayerExperiment = Readonly<
  Omit<z.output<(typeof optionsSchemas)['two-layer']>, 'n' | 'multi'> & { n: number; multi: number }
>;

/** A validated experiment, the input's shape and the length of an epoch resolved. */
export type MultiLayerExperiment = Readonly<
  Omit<z.output<(typeof optionsSchemas)['multi-layer']>, 'd' | 'imageSide' | 'multi'> & {
    multi: number;
    /** Numbers in one input: channels times positions of an image. */
    d: number;
    /** Channels and side of the images of a convolutional network; null for a dense one. */
    image: { readonly channels: number; readonly side: number } | null;
    /** Batches in the training set, the last one possibly short. */
    stepsPerEpoch: number;
  }
>;

export type Experiment = TwoLayerExperiment | MultiLayerExperiment;

/** Samples of a theory-suggested set asked to have `trainSize`: the same number, a multiple of 3, a teacher node. */
export const theoryDataSize = ({ m, trainSize }: Pick<TwoLayerExperiment, 'm' | 'trainSize'>): number =>
  3 * m * Math.ceil(trainSize / (3 * m));

/** Student nodes of a layer of k teacher nodes. Source: luckmatters model_gen.py, Model. */
export const studentWidth = (teacherNodes: number, multi: number): number => Math.floor(teacherNodes * multi);
