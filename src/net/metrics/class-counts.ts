import { argMax } from '../loss.js';
import type { Network } from '../network.js';
import { type Product, plainProduct } from '../product.js';
import { outputsOf, type SampledInputs } from './outputs.js';

/** How many samples each class has. [c] */
export type ClassCounts = {
  readonly teacher: readonly number[];
  readonly student: readonly number[];
  /** By the labels that came with the samples. */
  readonly labels?: readonly number[];
};

const countsOf = (network: Network, samples: SampledInputs, product: Product): number[] => {
  const counts = new Array<number>(network.final.weight.rows).fill(0);
  for (const { output } of outputsOf(network, samples, product))
    for (let i = 0; i < output.rows; i++)
      counts[argMax(output.data.subarray(i * output.columns, (i + 1) * output.columns))]++;
  return counts;
};

/**
 * Counts samples [N x d] by the largest output of each network, the first of equals, and by their labels [N] where there are
 * any. Source: luckmatters stats_operator.py, StatsCELoss, "class_count_distri"; the student's are ours.
 */
export const classCounts = (
  { teacher, student }: { readonly teacher: Network; readonly student: Network },
  { labels, ...samples }: SampledInputs & { readonly labels: Uint8Array | null },
  product: Product = plainProduct,
): ClassCounts => {
  const [ofTeacher, ofStudent] = [teacher, student].map((network) => countsOf(network, samples, product));
  const ofLabels = labels && ofTeacher.map((_, label) => labels.filter((each) => each === label).length);
  return { teacher: ofTeacher, student: ofStudent, ...(ofLabels ? { labels: ofLabels } : {}) };
};
