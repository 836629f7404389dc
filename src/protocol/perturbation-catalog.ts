import type { Perturbation } from './protocol.js';

/** One number that a perturbation asks for before it is applied. */
export type PerturbationParameter = {
  readonly name: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly initial: number;
  /** Whole numbers step by 1, others by a factor of 2. */
  readonly integer: boolean;
};

/** One entry of the perturbation menu: what it is called, what it asks, what it sends. */
export type PerturbationEntry = {
  readonly kind: string;
  readonly label: string;
  /** What the literature calls it. */
  readonly term: string;
  readonly parameters: readonly PerturbationParameter[];
  /** The command for these parameter values, in the order of `parameters`; those about one hidden layer take `at`. */
  readonly build: (values: readonly number[], at: { readonly layer?: number }) => Perturbation;
};

const teacherNode = (name: string, initial: number, teachers: number): PerturbationParameter => ({
  name,
  unit: 'teacher node',
  minimum: 0,
  maximum: teachers - 1,
  initial: Math.min(initial, teachers - 1),
  integer: true,
});

/** The perturbations offered for a teacher of this many nodes, in menu order. */
export const perturbationCatalog = (teachers: number): readonly PerturbationEntry[] => [
  {
    kind: 'noise',
    label: 'Gaussian noise on all student weights',
    term: 'weight perturbation',
    parameters: [
      {
        name: 'size',
        unit: "times each layer's RMS weight",
        minimum: 0.001,
        maximum: 16,
        initial: 0.5,
        integer: false,
      },
    ],
    build: ([scale]) => ({ kind: 'noise', scale }),
  },
  {
    kind: 'reinitialize-unlearned',
    label: 'Re-initialize student nodes that match no teacher node',
    term: 'neuron recycling',
    parameters: [],
    build: (_, at) => ({ kind: 'reinitialize', which: 'unlearned', ...at }),
  },
  {
    kind: 'reinitialize-idle',
    label: 'Re-initialize idle student nodes (no fan-out or never active)',
    term: 'dormant neuron recycling (ReDo)',
    parameters: [],
    build: (_, at) => ({ kind: 'reinitialize', which: 'idle', ...at }),
  },
  {
    kind: 'reinitialize-best-match',
    label: 'Re-initialize the best match of a teacher node',
    term: 'unit re-initialization',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher], at) => ({ kind: 'reinitialize-best-match', teacher, ...at }),
  },
  {
    kind: 'reinitialize-random',
    label: 'Re-initialize student nodes drawn at random',
    term: 'partial reset',
    parameters: [{ name: 'count', unit: 'nodes', minimum: 1, maximum: 100_000, initial: 1, integer: true }],
    build: ([count], at) => ({ kind: 'reinitialize-random', count, ...at }),
  },
  {
    kind: 'kill-best-match',
    label: 'Kill the best match of a teacher node',
    term: 'unit ablation',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher], at) => ({ kind: 'kill-best-match', teacher, ...at }),
  },
  {
    kind: 'kill-idle',
    label: 'Kill idle student nodes',
    term: 'pruning of dead units',
    parameters: [],
    build: (_, at) => ({ kind: 'kill-idle', ...at }),
  },
  {
    kind: 'kill-random',
    label: 'Kill student nodes drawn at random',
    term: 'random unit ablation',
    parameters: [{ name: 'count', unit: 'nodes', minimum: 1, maximum: 100_000, initial: 1, integer: true }],
    build: ([count], at) => ({ kind: 'kill-random', count, ...at }),
  },
  {
    kind: 'layer-noise',
    label: 'Gaussian noise on the incoming weights of the layer',
    term: 'additive weight noise',
    parameters: [
      {
        name: 'deviation',
        unit: 'standard deviation',
        minimum: 0.0001,
        maximum: 1000,
        initial: 0.1,
        integer: false,
      },
    ],
    build: ([deviation], at) => ({ kind: 'layer-noise', deviation, ...at }),
  },
  {
    kind: 'relative-layer-noise',
    label: 'Gaussian noise on the incoming weights, relative',
    term: 'relative weight noise',
    parameters: [
      { name: 'size', unit: 'times their RMS', minimum: 0.001, maximum: 16, initial: 0.5, integer: false },
    ],
    build: ([scale], at) => ({ kind: 'relative-layer-noise', scale, ...at }),
  },
  {
    kind: 'duplicate',
    label: 'Duplicate the best match, its fan-out halved',
    term: 'unit splitting (Net2WiderNet)',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher], at) => ({ kind: 'duplicate', teacher, ...at }),
  },
  {
    kind: 'scale-fan-out',
    label: 'Scale the fan-out weights of a best match',
    term: 'output weight rescaling',
    parameters: [
      teacherNode('teacher', 0, teachers),
      { name: 'factor', unit: 'times', minimum: 0.001, maximum: 1000, initial: 0.5, integer: false },
    ],
    build: ([teacher, factor], at) => ({ kind: 'scale-fan-out', teacher, factor, ...at }),
  },
  {
    kind: 'rotate-fan-out',
    label: 'Rotate the fan-out weights of a best match',
    term: 'output weight rotation',
    parameters: [
      teacherNode('teacher', 0, teachers),
      { name: 'angle', unit: 'degrees', minimum: 1, maximum: 180, initial: 45, integer: true },
    ],
    build: ([teacher, degrees], at) => ({ kind: 'rotate-fan-out', teacher, degrees, ...at }),
  },
  {
    kind: 'swap-fan-out',
    label: 'Swap the fan-out weights of two best matches',
    term: 'output weight permutation',
    parameters: [teacherNode('first', 0, teachers), teacherNode('second', 1, teachers)],
    build: ([first, second], at) => ({ kind: 'swap-fan-out', teachers: [first, second], ...at }),
  },
  {
    kind: 'negate-fan-out',
    label: 'Negate the fan-out weights of a best match',
    term: 'sign flip',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher], at) => ({ kind: 'negate-fan-out', teacher, ...at }),
  },
  {
    kind: 'drift-teacher',
    label: 'Drift: Gaussian noise on all teacher weights',
    term: 'concept drift, gradual',
    parameters: [
      {
        name: 'size',
        unit: "times each layer's RMS weight",
        minimum: 0.001,
        maximum: 16,
        initial: 0.125,
        integer: false,
      },
    ],
    build: ([scale]) => ({ kind: 'drift-teacher', scale }),
  },
  {
    kind: 'swap-strengths',
    label: 'Swap the strengths (fan-out) of two teacher nodes',
    term: 'concept drift, abrupt',
    parameters: [teacherNode('first', 0, teachers), teacherNode('second', teachers - 1, teachers)],
    build: ([first, second], at) => ({ kind: 'swap-strengths', teachers: [first, second], ...at }),
  },
  {
    kind: 'add-teacher-node',
    label: 'Add a node to the teacher',
    term: 'task expansion',
    parameters: [
      { name: 'strength', unit: 'fan-out norm', minimum: 0.001, maximum: 1000, initial: 1, integer: false },
    ],
    build: ([strength]) => ({ kind: 'add-teacher-node', strength }),
  },
  {
    kind: 'freeze-features',
    label: 'Freeze the features (hidden layers)',
    term: 'layer freezing, linear probing',
    parameters: [],
    build: () => ({ kind: 'freeze', part: 'features' }),
  },
  {
    kind: 'freeze-top-layer',
    label: 'Freeze the top layer',
    term: 'layer freezing, fixed readout',
    parameters: [],
    build: () => ({ kind: 'freeze', part: 'top-layer' }),
  },
  {
    kind: 'unfreeze',
    label: 'Train all layers again',
    term: 'fine-tuning of all layers',
    parameters: [],
    build: () => ({ kind: 'unfreeze' }),
  },
  {
    kind: 'batch-size',
    label: 'Change the batch size',
    term: 'gradient noise scale',
    parameters: [
      { name: 'size', unit: 'samples', minimum: 1, maximum: 1_000_000, initial: 16, integer: true },
    ],
    build: ([size]) => ({ kind: 'batch-size', size }),
  },
  {
    kind: 'scale-inputs',
    label: 'Covariate shift: multiply all inputs',
    term: 'covariate shift',
    parameters: [
      { name: 'factor', unit: 'times', minimum: 0.001, maximum: 1000, initial: 2, integer: false },
    ],
    build: ([factor]) => ({ kind: 'scale-inputs', factor }),
  },
  {
    kind: 'shift-inputs',
    label: 'Covariate shift: add to all inputs',
    term: 'covariate shift',
    parameters: [{ name: 'by', unit: 'added', minimum: 0.001, maximum: 1000, initial: 0.5, integer: false }],
    build: ([by]) => ({ kind: 'shift-inputs', by }),
  },
];
