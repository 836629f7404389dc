import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Matrix } from '../../src/net/matrix.js';
import type { Network } from '../../src/net/network.js';
import type { Compared } from '../../src/net/theory/lowest-layer.js';
import { evaluateTheory, type StatementId, type Theory } from '../../src/net/theory/theory.js';
import { type JudgedState, type Statement, statementsOf } from '../../src/store/statements/statements.js';

export const matrixOf = (rows: readonly (readonly number[])[]): Matrix => ({
  rows: rows.length,
  columns: rows[0].length,
  data: Float64Array.from(rows.flat()),
});

/** A node by hand: incoming weights and bias, and fan-out weights. */
export type Node = { readonly w: readonly number[]; readonly b?: number; readonly v: readonly number[] };

/** A ReLU network of one hidden layer, a node after the other. */
export const networkOf = (nodes: readonly Node[], outputBias?: readonly number[], slope = 0): Network => {
  const outputs = nodes[0].v.map((_, o) => nodes.map(({ v }) => v[o]));
  return {
    hidden: [
      {
        weight: matrixOf(nodes.map(({ w }) => w)),
        bias: Float64Array.from(nodes, ({ b = 0 }) => b),
        norm: null,
      },
    ],
    final: { weight: matrixOf(outputs), bias: Float64Array.from(outputBias ?? outputs.map(() => 0)) },
    convolutional: false,
    activation: 'rectifier',
    slope,
    openAtZero: true,
    normBeforeRelu: false,
    storage: 'stacked',
  };
};

/** As `Compared`, with what it has by default: all teacher nodes, squared errors, one data set for both. */
export type ComparedOnce = Pick<Compared, 'teacher' | 'student'> &
  Partial<Compared> & { readonly samples?: Matrix };

export const comparedOnce = ({ samples, ...given }: ComparedOnce): Compared => {
  const all = given.teacher.hidden.map(({ weight }) =>
    Array.from({ length: weight.rows }, (_, node) => node),
  );
  const training = given.training ?? samples;
  const evaluation = given.evaluation ?? samples;
  if (!training || !evaluation) throw new Error('samples, or a training and an evaluation set');
  return {
    activeNodes: all,
    loss: 'half-squared-error',
    step: null,
    grid: { height: 1, width: 1 },
    ...given,
    training,
    evaluation,
  };
};

/** Evaluates the statements; the reason where there is nothing to say. */
export const foundOn = (given: ComparedOnce): Theory | string => evaluateTheory(comparedOnce(given));

export const theoryOn = (given: ComparedOnce): Theory => {
  const theory = foundOn(given);
  if (typeof theory === 'string') throw new Error(theory);
  return theory;
};

/** The statements on a theory by their ids; `state`: what else they are judged by. */
export const statementsOn = (
  theory: Theory,
  state: Partial<JudgedState> = {},
): Readonly<Record<StatementId, Statement>> => {
  const judged = statementsOf({
    header: null,
    teacherStrength: [theory.teachers.map(() => 1)],
    threshold: 0.95,
    specializedSince: [theory.teachers.map(() => null)],
    judgedFrom: 0,
    ...state,
    theory: { type: 'theory', step: 0, theory },
  });
  return Object.fromEntries(judged.map((one) => [one.id, one])) as Record<StatementId, Statement>;
};

/** Networks, samples and what test/fixtures/write_fixtures.py, which says how, computed of them. */
export const theoryFixture = () => {
  const file = join(import.meta.dirname, '..', 'fixtures', 'theory', 'quantities.json');
  return JSON.parse(readFileSync(file, 'utf8'));
};

type FlatLayers = Record<'weight' | 'fanOut', number[][]> & Record<'bias' | 'outputBias', number[]>;

/** A network of one hidden layer as the fixture has it. */
export const flatFixtureNetwork = (
  { weight, bias, fanOut, outputBias }: FlatLayers,
  slope?: number,
): Network =>
  networkOf(
    weight.map((w, k) => ({ w, b: bias[k], v: fanOut[k] })),
    outputBias,
    slope,
  );

/** A deeper one. */
export const deepFixtureNetwork = ({
  weights,
  biases,
}: {
  readonly weights: number[][][];
  readonly biases: number[][];
}): Network => {
  const layers = weights.map((weight, l) => ({
    weight: matrixOf(weight),
    bias: Float64Array.from(biases[l]),
  }));
  return {
    ...networkOf([{ w: [0], v: [0] }]),
    hidden: layers.slice(0, -1).map((layer) => ({ ...layer, norm: null })),
    final: layers[layers.length - 1],
    storage: 'arrays',
  };
};
