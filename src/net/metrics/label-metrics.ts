import { lossGradient, topAgreement } from '../loss.js';
import { type Matrix, zeros } from '../matrix.js';
import type { Network } from '../network.js';
import { type Product, plainProduct } from '../product.js';
import { outputsOf, type SampledInputs } from './outputs.js';

/** A student against the labels that came with its samples, which it is not trained on. */
export type LabelMetrics = {
  /** Mean softmax cross-entropy. */
  readonly loss: number;
  /** Percentage of samples whose label is among the student's first 1 .. 5. */
  readonly topAgreement: readonly number[];
};

const ranks = 5;

const oneHot = (labels: Uint8Array, classes: number): Matrix => {
  const out = zeros(labels.length, classes);
  labels.forEach((label, i) => {
    out.data[i * classes + label] = 1;
  });
  return out;
};

/** Evaluates a student on samples [N x d] with labels [N], each below its outputs. Source: luckmatters stats_operator.py, StatsCELoss. */
export const labelMetrics = (
  student: Network,
  { labels, ...samples }: SampledInputs & { readonly labels: Uint8Array },
  product: Product = plainProduct,
): LabelMetrics => {
  let loss = 0;
  const agreement = new Array<number>(ranks).fill(0);
  for (const { first, output } of outputsOf(student, samples, product)) {
    const target = oneHot(labels.subarray(first, first + output.rows), output.columns);
    const share = output.rows / samples.x.rows;
    loss += share * lossGradient('cross-entropy', output, target).loss;
    topAgreement(output, target, ranks).forEach((value, k) => {
      agreement[k] += share * value;
    });
  }
  return { loss, topAgreement: agreement };
};
