import { backward, type LayerGradient } from '../backward.js';
import type { Matrix } from '../matrix.js';
import { slopeAt } from '../network.js';
import type { EvaluatedSet } from './evaluated-set.js';

/** |g_k(x)| over samples and the student nodes that are active on them, as shares of the teacher's largest part in it. */
export type GradientSizes = {
  /** Samples looked at, and samples in the set. */
  readonly samples: number;
  readonly of: number;
  readonly median: number;
  readonly p90: number;
  readonly p99: number;
  readonly maximum: number;
};

/** The gradient at the lowest layer of a student on a data set. */
export type LowestGradient = {
  /** What the student's error sends back to each layer, the head last. */
  readonly layers: readonly LayerGradient[];
  /** Back-propagated to each node, its gate included, a row a sample and position. [rows x n] */
  readonly values: Matrix;
  /** The largest size of what the teacher alone would send to a node. */
  readonly scale: number;
  /** Largest size at each node. [n] */
  readonly largest: Float64Array;
  /** Null where no node is active on any sample. */
  readonly sizes: GradientSizes | null;
};

const quantile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];

const largestOf = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Gradient of the lowest layer's nodes, of half the squared error or the cross-entropy of each sample. Source: Tian 2019. */
export const lowestGradient = ({ student, target, error, samples, of }: EvaluatedSet): LowestGradient => {
  const { network, pass } = student;
  const layers = backward(network, pass, error);
  const values = layers[0].arriving;
  const scale = largestOf(backward(network, pass, target)[0].arriving.data);
  const largest = new Float64Array(values.columns);
  const open: number[] = [];
  for (const [i, value] of values.data.entries()) {
    const k = i % values.columns;
    largest[k] = Math.max(largest[k], Math.abs(value));
    if (slopeAt(network, pass.layers[0].preActivation.data[i]) !== 0)
      open.push(scale === 0 ? 0 : Math.abs(value) / scale);
  }
  const sorted = Float64Array.from(open).sort();
  const sizes =
    sorted.length === 0
      ? null
      : {
          ...{ samples, of, median: quantile(sorted, 0.5), p90: quantile(sorted, 0.9) },
          ...{ p99: quantile(sorted, 0.99), maximum: sorted[sorted.length - 1] },
        };
  return { layers, values, scale, largest, sizes };
};
