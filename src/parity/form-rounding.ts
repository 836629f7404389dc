import {
  forward,
  gradientForms,
  type LayerPass,
  type Matrix,
  type Network,
  type Pass,
  takeRows,
  zeros,
} from '../net/index.js';

/** Sums of this many products of numbers near 1 differ by rounding, so that 0 is either side of 0. */
const cancellation = 1e-12;

const dense = { height: 1, width: 1 } as const;

/** Largest magnitude of each unit's linear output over the data, for each layer. */
const unitScales = ({ layers }: Pass): Float64Array[] =>
  layers.map(({ linear: { rows, columns, data } }) => {
    const scales = new Float64Array(columns);
    for (let i = 0; i < rows * columns; i++)
      scales[i % columns] = Math.max(scales[i % columns], Math.abs(data[i]));
    return scales;
  });

/** Whether a unit's output is 0 up to rounding. */
const onEdge = (value: number, scale: number): boolean => Math.abs(value) <= cancellation * scale;

/** A pass of one sample with the gates on the edge all open, or all closed. */
const withEdges = (pass: Pass, scales: readonly Float64Array[], open: boolean): Pass => ({
  ...pass,
  layers: pass.layers.map((layer, l): LayerPass => {
    const data = layer.gated.data.map((value, k) =>
      onEdge(layer.linear.data[k], scales[l][k]) ? Number(open) : value,
    );
    return { ...layer, gated: { ...layer.gated, data } };
  }),
});

/** How much each entry of a layer's forms may differ. */
export type FormRounding = { readonly h: readonly number[]; readonly beta: readonly number[] };

/**
 * What the gradient forms of a student with another network owe to gates that rounding alone decides: the
 * reference tunes the biases of its teachers to the median sample, whose linear output is then 0 up to the last
 * bit of a dot product. By layer, the largest entry of the sum over samples of |all such gates open - all closed|,
 * divided by the samples.
 */
export const formRounding = (student: Network, other: Network, x: Matrix): FormRounding => {
  const studentScales = unitScales(forward(student, x, dense, false));
  const whole = forward(other, x, dense, false);
  const otherScales = unitScales(whole);
  const totals = { h: [] as Matrix[], beta: [] as Matrix[] };
  for (let sample = 0; sample < x.rows; sample++) {
    const touched = whole.layers.some(({ linear: { columns, data } }, l) =>
      otherScales[l].some((scale, k) => onEdge(data[sample * columns + k], scale)),
    );
    if (!touched) continue;
    const row = takeRows(x, [sample]);
    const [ours, theirs] = [forward(student, row, dense, false), forward(other, row, dense, false)];
    const forms = (open: boolean) =>
      gradientForms(
        student,
        withEdges(ours, studentScales, open),
        other,
        withEdges(theirs, otherScales, open),
      );
    const [opened, closed] = [forms(true), forms(false)];
    for (const kind of ['h', 'beta'] as const)
      opened[kind].forEach((matrix, l) => {
        totals[kind][l] ??= zeros(matrix.rows, matrix.columns);
        const { data } = totals[kind][l];
        for (let i = 0; i < data.length; i++) data[i] += Math.abs(matrix.data[i] - closed[kind][l].data[i]);
      });
  }
  const largest = (matrices: readonly Matrix[]): number[] =>
    student.hidden.map((_, l) => (matrices[l]?.data ?? []).reduce((a, b) => Math.max(a, b), 0) / x.rows);
  return { h: largest(totals.h), beta: largest(totals.beta) };
};
