import type { UpdateRule } from '../construction/training-rules.js';
import { forward } from '../forward.js';
import type { LossName } from '../loss.js';
import { add, type Matrix } from '../matrix.js';
import { everyArray, layersOfArrays, type Network, trainedArrays } from '../network.js';
import { type Grid, inputRows } from '../patches.js';
import { RandomStream } from '../random.js';
import { spreadRows } from '../theory/evaluated-set.js';
import { LossHessian } from './hessian.js';
import { lanczosExtremes, type Ritz } from './lanczos.js';

/** The curvature of the loss that training descends, at a student. */
export type Curvature = {
  /** The ends of the Hessian's spectrum. */
  readonly largest: Ritz;
  readonly smallest: Ritz;
  readonly gradientNorm: number;
  /**
   * Share of the loss that the best step against the gradient takes where the curvature is the largest one,
   * |g|^2 / (2 largest loss): near 0 on a plateau and at a minimum.
   */
  readonly descent: number;
  /** Numbers that are trained: the Hessian's size. */
  readonly parameters: number;
  /** Training samples looked at, and samples in the set. */
  readonly samples: number;
  readonly of: number;
  /** Products with the Hessian that were taken. */
  readonly products: number;
};

/** A student as it is trained. */
export type CurvatureAsked = {
  readonly teacher: Network;
  readonly student: Network;
  readonly rule: UpdateRule;
  readonly grid: Grid;
  /** [N x d] */ readonly trainingSet: Matrix;
  /** Added to the teacher's outputs [N x c]; null: nothing. */
  readonly outputNoise: Matrix | null;
};

/** Error of an end of the spectrum, as a share of the largest eigenvalue, that is accurate enough. */
const accuracy = 1e-3;
/** Descent below which a point counts as stationary. */
const stationaryDescent = 0.01;

/**
 * What a student is at, where eigenvalues within 0.1 % of the largest count as 0: on a slope, at a saddle, at a minimum, at one
 * that may be flat (the smallest counts as 0), or unclear where it is not known as well as that, or nothing bends the loss.
 */
export type PointKind = 'slope' | 'saddle' | 'minimum' | 'minimum or flat' | 'unclear';

/** The smallest Ritz value lies above the smallest eigenvalue: what it finds below 0 is there. */
export const pointKind = ({ descent, largest, smallest }: Curvature): PointKind => {
  if (descent >= stationaryDescent) return 'slope';
  const least = accuracy * largest.value;
  if (smallest.value < -least) return 'saddle';
  if (largest.value <= 0 || smallest.error > least) return 'unclear';
  return smallest.value > least ? 'minimum' : 'minimum or flat';
};

const mostProducts = 60;
/** Multiplications that a measurement may take: about three seconds; and those of the fewest samples, up to which it is made. */
const budget = 2e9;
const mostCost = 1e10;
const mostSamples = 1000;
const leastSamples = 32;
/** Multiplications of a product with the Hessian, by sample and parameter: forward and back, along the direction too. */
const costOfProduct = 6;

const costOfSample = ({ student, grid }: CurvatureAsked): number => {
  const parameters = trainedArrays(student).reduce((sum, { length }) => sum + length, 0);
  return mostProducts * costOfProduct * grid.height * grid.width * parameters;
};

const diverged = 'the run has diverged: its numbers are no longer finite';

/** Why the curvature of a student cannot be measured; null where it can. */
const obstacle = (asked: CurvatureAsked): string | null => {
  const { student } = asked;
  if (!everyArray(student).every((array) => array.every(Number.isFinite))) return diverged;
  if (student.hidden.some(({ norm }) => norm))
    return 'batch norm ties samples together, and its derivatives are not taken';
  if (leastSamples * costOfSample(asked) > mostCost) return 'the network is too large';
  return null;
};

/** Which of the student's arrays training moves. */
const freeArrays = ({ student, rule }: CurvatureAsked): boolean[] => {
  const biases = new Set([...student.hidden, student.final].map(({ bias }) => bias));
  const layers = layersOfArrays(student);
  const isHeld = (array: Float64Array): boolean =>
    rule.constraints.includes('zero-biases') && biases.has(array);
  return trainedArrays(student).map((array, i) => !rule.frozenLayers.includes(layers[i]) && !isHeld(array));
};

const gaussianVector = (size: number): Float64Array => {
  const stream = RandomStream.of(1, 'curvature');
  return new Float64Array(size).map(() => stream.nextNormal());
};

const norm = (vector: Float64Array): number =>
  Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0));

/** The loss as it is descended, from the mean that is reported. */
const descended = (name: LossName, { output, loss }: LossHessian): number =>
  name === 'half-squared-error' ? (loss * output.columns) / 2 : loss;

/**
 * The largest and the smallest eigenvalue of the Hessian of the loss that a student's training descends, without weight
 * decay, on as many training samples as there is time for; a sentence where they cannot be had.
 * Source: Sagun et al. 2017; Ghorbani, Krishnan and Xiao 2019 for Lanczos' method with exact products.
 */
export const measureCurvature = (asked: CurvatureAsked): Curvature | string => {
  const reason = obstacle(asked);
  if (reason !== null) return reason;
  const { teacher, student, rule, grid, trainingSet, outputNoise } = asked;
  const affordable = Math.floor(budget / costOfSample(asked));
  const samples = Math.max(leastSamples, Math.min(mostSamples, affordable));
  const x = spreadRows(trainingSet, samples);
  const { output } = forward(teacher, inputRows(x, grid), grid, false);
  const target = outputNoise ? add(output, spreadRows(outputNoise, samples)) : output;
  const isFree = freeArrays(asked);
  const hessian = new LossHessian({ student, loss: rule.loss, grid, x, target, isFree });
  if (hessian.parameters === 0) return 'nothing is trained';
  if (!Number.isFinite(hessian.loss)) return diverged;
  const start = gaussianVector(hessian.size);
  const { largest, smallest, products } = lanczosExtremes(
    (vector) => hessian.times(vector),
    hessian.free(start),
    { mostProducts, accuracy },
  );
  const gradientNorm = norm(hessian.gradient);
  const loss = descended(rule.loss, hessian);
  return {
    largest,
    smallest,
    gradientNorm,
    descent: (gradientNorm * gradientNorm) / (2 * largest.value * loss),
    parameters: hessian.parameters,
    samples: x.rows,
    of: trainingSet.rows,
    products,
  };
};
