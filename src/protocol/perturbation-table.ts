import {
  choiceParameter,
  numberParameter,
  type PerturbationParameter,
  teacherParameter,
  teachersParameter,
  wholeParameter,
} from './perturbation-parameter.js';

/** A way in which a perturbation is offered by the menu. */
type Offer = {
  readonly label: string;
  /** What the literature calls it. */
  readonly term: string;
  /** Settings that are chosen with the entry. */
  readonly chosen?: Readonly<Record<string, string>>;
};

/** Everything that is said of a perturbation but how it is made, which room run knows by its kind. */
export type PerturbationRow = {
  /** The section of the menu that it stands in; the rows of one follow each other. */
  readonly group: string;
  /** The student's weights, or the teacher or the conditions that it is trained under. */
  readonly actsOn: 'student' | 'teacher' | 'conditions';
  /** Whether it is about one hidden layer: `layer` chooses it, the first where none is given. */
  readonly ofLayer: boolean;
  readonly parameters: Readonly<Record<string, PerturbationParameter>>;
  /** What it does, in Markdown. */
  readonly does: string;
  readonly menu: readonly Offer[];
};

const relativeNoise = (unit: string, initial: number): PerturbationParameter<number> =>
  numberParameter('size', { unit, minimum: 0.001, maximum: 1000, initial });

const factor = (initial: number): PerturbationParameter<number> =>
  numberParameter('factor', { unit: 'times', minimum: -1000, maximum: 1000, initial });

const nodes = wholeParameter('count', { unit: 'nodes', minimum: 1, maximum: 100_000, initial: 1 });

/** The perturbations by kind, in the order of the menu. */
export const perturbationTable = {
  noise: {
    group: 'student weights',
    actsOn: 'student',
    ofLayer: false,
    parameters: { scale: relativeNoise("times each layer's RMS weight", 0.5) },
    does: "adds Gaussian noise of `scale` times each layer's root-mean-square weight to all student weights",
    menu: [{ label: 'Gaussian noise on all student weights', term: 'weight perturbation' }],
  },
  'layer-noise': {
    group: 'student weights',
    actsOn: 'student',
    ofLayer: true,
    parameters: {
      deviation: numberParameter('deviation', {
        unit: 'standard deviation',
        minimum: 0.0001,
        maximum: 1000,
        initial: 0.1,
      }),
    },
    does: 'adds Gaussian noise of this standard deviation to the weights and biases with which the layer reads',
    menu: [{ label: 'Gaussian noise on the incoming weights of the layer', term: 'additive weight noise' }],
  },
  'relative-layer-noise': {
    group: 'student weights',
    actsOn: 'student',
    ofLayer: true,
    parameters: { scale: relativeNoise('times their RMS', 0.5) },
    does: 'the same, of `scale` times their root-mean-square',
    menu: [{ label: 'Gaussian noise on the incoming weights, relative', term: 'relative weight noise' }],
  },
  reinitialize: {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { which: choiceParameter('unlearned', 'idle') },
    does: 'draws student nodes anew, their fan-out too: those that match no teacher node above the threshold, or those with next to no fan-out or never active',
    menu: [
      {
        label: 'Re-initialize student nodes that match no teacher node',
        term: 'neuron recycling',
        chosen: { which: 'unlearned' },
      },
      {
        label: 'Re-initialize idle student nodes (no fan-out or never active)',
        term: 'dormant neuron recycling (ReDo)',
        chosen: { which: 'idle' },
      },
    ],
  },
  'reinitialize-best-match': {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teacher: teacherParameter },
    does: 'draws the best match of a teacher node anew',
    menu: [{ label: 'Re-initialize the best match of a teacher node', term: 'unit re-initialization' }],
  },
  'reinitialize-random': {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { count: nodes },
    does: 'draws so many nodes anew, themselves drawn at random',
    menu: [{ label: 'Re-initialize student nodes drawn at random', term: 'partial reset' }],
  },
  'kill-best-match': {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teacher: teacherParameter },
    does: 'zeroes all weights of the best match of a teacher node',
    menu: [{ label: 'Kill the best match of a teacher node', term: 'unit ablation' }],
  },
  'kill-idle': {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: {},
    does: 'zeroes the nodes with next to no fan-out, or never active',
    menu: [{ label: 'Kill idle student nodes', term: 'pruning of dead units' }],
  },
  'kill-random': {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { count: nodes },
    does: 'zeroes so many nodes drawn at random',
    menu: [{ label: 'Kill student nodes drawn at random', term: 'random unit ablation' }],
  },
  duplicate: {
    group: 'student nodes',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teacher: teacherParameter },
    does: 'copies the best match of a teacher node over the node with the least fan-out; each keeps half of the fan-out',
    menu: [{ label: 'Duplicate the best match, its fan-out halved', term: 'unit splitting (Net2WiderNet)' }],
  },
  'scale-fan-out': {
    group: 'fan-out of best matches',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teacher: teacherParameter, factor: factor(0.5) },
    does: 'multiplies the fan-out weights of its best match',
    menu: [{ label: 'Scale the fan-out weights of a best match', term: 'output weight rescaling' }],
  },
  'rotate-fan-out': {
    group: 'fan-out of best matches',
    actsOn: 'student',
    ofLayer: true,
    parameters: {
      teacher: teacherParameter,
      degrees: numberParameter('angle', {
        unit: 'degrees',
        minimum: -180,
        maximum: 180,
        initial: 45,
        steps: 'by one',
      }),
    },
    does: 'turns them by an angle towards a random direction at right angles, their length kept',
    menu: [{ label: 'Rotate the fan-out weights of a best match', term: 'output weight rotation' }],
  },
  'swap-fan-out': {
    group: 'fan-out of best matches',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teachers: teachersParameter(() => 1) },
    does: 'exchanges the fan-out weights of their best matches',
    menu: [{ label: 'Swap the fan-out weights of two best matches', term: 'output weight permutation' }],
  },
  'negate-fan-out': {
    group: 'fan-out of best matches',
    actsOn: 'student',
    ofLayer: true,
    parameters: { teacher: teacherParameter },
    does: 'negates the fan-out weights of its best match',
    menu: [{ label: 'Negate the fan-out weights of a best match', term: 'sign flip' }],
  },
  'drift-teacher': {
    group: 'teacher',
    actsOn: 'teacher',
    ofLayer: false,
    parameters: { scale: relativeNoise("times each layer's RMS weight", 0.125) },
    does: "concept drift: adds Gaussian noise of `scale` times each layer's root-mean-square weight to all teacher weights",
    menu: [{ label: 'Drift: Gaussian noise on all teacher weights', term: 'concept drift, gradual' }],
  },
  'swap-strengths': {
    group: 'teacher',
    actsOn: 'teacher',
    ofLayer: true,
    parameters: { teachers: teachersParameter((teachers) => teachers - 1) },
    does: 'exchanges the fan-out weights of two teacher nodes: the weak one is the strong one now',
    menu: [{ label: 'Swap the strengths (fan-out) of two teacher nodes', term: 'concept drift, abrupt' }],
  },
  'add-teacher-node': {
    group: 'teacher',
    actsOn: 'teacher',
    ofLayer: false,
    parameters: {
      strength: numberParameter('strength', {
        unit: 'fan-out norm',
        minimum: 0.001,
        maximum: 1000,
        initial: 1,
      }),
    },
    does: 'gives the teacher one node more, the last: a random direction of length 1, fan-out of norm `strength`; for a teacher of one dense hidden layer without batch normalization',
    menu: [{ label: 'Add a node to the teacher', term: 'task expansion' }],
  },
  freeze: {
    group: 'training',
    actsOn: 'conditions',
    ofLayer: false,
    parameters: { part: choiceParameter('features', 'top-layer') },
    does: "leaves the student's hidden layers, or the layer above them, as they are from then on; their gradients have no norm",
    menu: [
      {
        label: 'Freeze the features (hidden layers)',
        term: 'layer freezing, linear probing',
        chosen: { part: 'features' },
      },
      {
        label: 'Freeze the top layer',
        term: 'layer freezing, fixed readout',
        chosen: { part: 'top-layer' },
      },
    ],
  },
  unfreeze: {
    group: 'training',
    actsOn: 'conditions',
    ofLayer: false,
    parameters: {},
    does: 'trains all layers again',
    menu: [{ label: 'Train all layers again', term: 'fine-tuning of all layers' }],
  },
  'batch-size': {
    group: 'training',
    actsOn: 'conditions',
    ofLayer: false,
    parameters: {
      size: wholeParameter('size', { unit: 'samples', minimum: 1, maximum: 1_000_000, initial: 16 }),
    },
    does: 'trains on so many samples a step; an epoch stays as many steps as it was',
    menu: [{ label: 'Change the batch size', term: 'gradient noise scale' }],
  },
  'scale-inputs': {
    group: 'training',
    actsOn: 'conditions',
    ofLayer: false,
    parameters: { factor: factor(2) },
    does: 'covariate shift: multiplies all inputs, training and evaluation',
    menu: [{ label: 'Covariate shift: multiply all inputs', term: 'covariate shift' }],
  },
  'shift-inputs': {
    group: 'training',
    actsOn: 'conditions',
    ofLayer: false,
    parameters: {
      by: numberParameter('by', { unit: 'added', minimum: -1000, maximum: 1000, initial: 0.5 }),
    },
    does: 'covariate shift: adds to all inputs',
    menu: [{ label: 'Covariate shift: add to all inputs', term: 'covariate shift' }],
  },
} as const satisfies Readonly<Record<string, PerturbationRow>>;
