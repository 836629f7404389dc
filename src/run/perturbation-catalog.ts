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
  readonly parameters: readonly PerturbationParameter[];
  /** The command for these parameter values, in the order of `parameters`. */
  readonly build: (values: readonly number[]) => Perturbation;
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
    parameters: [],
    build: () => ({ kind: 'reinitialize', which: 'unlearned' }),
  },
  {
    kind: 'reinitialize-idle',
    label: 'Re-initialize idle student nodes (no fan-out or never active)',
    parameters: [],
    build: () => ({ kind: 'reinitialize', which: 'idle' }),
  },
  {
    kind: 'kill-best-match',
    label: 'Kill the best match of a teacher node',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher]) => ({ kind: 'kill-best-match', teacher }),
  },
  {
    kind: 'kill-idle',
    label: 'Kill idle student nodes',
    parameters: [],
    build: () => ({ kind: 'kill-idle' }),
  },
  {
    kind: 'kill-random',
    label: 'Kill student nodes drawn at random',
    parameters: [{ name: 'count', unit: 'nodes', minimum: 1, maximum: 100_000, initial: 1, integer: true }],
    build: ([count]) => ({ kind: 'kill-random', count }),
  },
  {
    kind: 'layer-noise',
    label: 'Gaussian noise on the incoming weights of the layer',
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
    build: ([deviation]) => ({ kind: 'layer-noise', deviation }),
  },
  {
    kind: 'duplicate',
    label: 'Duplicate the best match, its fan-out halved',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher]) => ({ kind: 'duplicate', teacher }),
  },
  {
    kind: 'scale-fan-out',
    label: 'Scale the fan-out weights of a best match',
    parameters: [
      teacherNode('teacher', 0, teachers),
      { name: 'factor', unit: 'times', minimum: 0.001, maximum: 1000, initial: 0.5, integer: false },
    ],
    build: ([teacher, factor]) => ({ kind: 'scale-fan-out', teacher, factor }),
  },
  {
    kind: 'rotate-fan-out',
    label: 'Rotate the fan-out weights of a best match',
    parameters: [
      teacherNode('teacher', 0, teachers),
      { name: 'angle', unit: 'degrees', minimum: 1, maximum: 180, initial: 45, integer: true },
    ],
    build: ([teacher, degrees]) => ({ kind: 'rotate-fan-out', teacher, degrees }),
  },
  {
    kind: 'swap-fan-out',
    label: 'Swap the fan-out weights of two best matches',
    parameters: [teacherNode('first', 0, teachers), teacherNode('second', 1, teachers)],
    build: ([first, second]) => ({ kind: 'swap-fan-out', teachers: [first, second] }),
  },
  {
    kind: 'negate-fan-out',
    label: 'Negate the fan-out weights of a best match',
    parameters: [teacherNode('teacher', 0, teachers)],
    build: ([teacher]) => ({ kind: 'negate-fan-out', teacher }),
  },
];
