import { describe, expect, test } from 'vitest';
import { gaussianData } from '../../src/net/construction/inputs.js';
import {
  copyDeepNetwork,
  type DeepNetwork,
  deepBackward,
  deepForward,
  gradientArrays,
  trainedArrays,
} from '../../src/net/deep-network.js';
import { fusedDot } from '../../src/net/fused-dot.js';
import { crossEntropy, meanSquaredError, topAgreement } from '../../src/net/loss.js';
import { type Matrix, multiply, transpose } from '../../src/net/matrix.js';
import { DeepEvaluation, gradientForms } from '../../src/net/metrics/deep-metrics.js';
import { initialOptimizerState, updateParameters } from '../../src/net/optimizer.js';
import { flatten, gatherPatches, inputRows, scatterPatches, unflatten } from '../../src/net/patches.js';
import { RandomStream } from '../../src/net/random.js';
import { prepareRun } from '../../src/problem/prepare.js';
import {
  deepProblem,
  deepVariants,
  smallDeepExperiment as experimentOf,
  normAndImageVariants,
  smallImages,
} from '../support/deep-problems.js';

const point = { height: 1, width: 1 } as const;
const everyVariant = Object.entries({ ...deepVariants, ...normAndImageVariants });

const samples = ({ trainingSet }: { trainingSet: Matrix }, count: number): Matrix => ({
  rows: count,
  columns: trainingSet.columns,
  data: trainingSet.data.slice(0, count * trainingSet.columns),
});

/** Distance of the closest pre-activation to the kink at 0. */
const distanceToKink = (network: DeepNetwork, x: Matrix, grid: { height: number; width: number }): number =>
  Math.min(
    ...deepForward(copyDeepNetwork(network), x, grid, true).layers.map(({ preActivation }) =>
      preActivation.data.reduce((least, value) => Math.min(least, Math.abs(value)), 1),
    ),
  );

describe('gradients', () => {
  test.each(everyVariant)('equal central differences: %s', (_, options) => {
    const problem = deepProblem(options);
    const { student, teacher, grid } = problem;
    const x = inputRows(samples(problem, 6), grid);
    const target = deepForward(teacher, x, grid, false).output;
    const lossOf = options.crossEntropy ? crossEntropy : meanSquaredError;
    const objective = (): number =>
      lossOf(deepForward(copyDeepNetwork(student), x, grid, true).output, target).loss;
    const margin = distanceToKink(student, x, grid);
    const h = Math.min(1e-5, margin / 100);
    const pass = deepForward(copyDeepNetwork(student), x, grid, true);
    const gradients = gradientArrays(deepBackward(student, pass, lossOf(pass.output, target).gradient));
    trainedArrays(student).forEach((weights, p) => {
      for (let i = 0; i < weights.length; i += 3) {
        const kept = weights[i];
        weights[i] = kept + h;
        const above = objective();
        weights[i] = kept - h;
        const below = objective();
        weights[i] = kept;
        expect((above - below) / (2 * h)).toBeCloseTo(gradients[p][i], 4);
      }
    });
  });
});

describe('images', () => {
  const grid = { height: 4, width: 5 };
  const stream = RandomStream.of(3, 'student');
  const image = gaussianData(2 * 20, 3, 1, stream);

  test('scattering is the adjoint of gathering (seed 3)', () => {
    const patches = gatherPatches(image, grid);
    expect([patches.rows, patches.columns]).toEqual([2 * 2 * 3, 27]);
    const other = gaussianData(patches.rows, patches.columns, 1, stream);
    const dot = (a: Matrix, b: Matrix): number =>
      a.data.reduce((sum, value, i) => sum + value * b.data[i], 0);
    expect(dot(patches, other)).toBeCloseTo(dot(image, scatterPatches(other, grid)), 10);
  });

  test('a convolution sums every 3x3 neighbourhood, channels outermost in its weights', () => {
    const patches = gatherPatches(image, grid);
    const weight = gaussianData(1, 27, 1, stream);
    const direct = (sample: number, y: number, x: number): number => {
      let sum = 0;
      for (let channel = 0; channel < 3; channel++)
        for (let i = 0; i < 3; i++)
          for (let j = 0; j < 3; j++)
            sum +=
              weight.data[channel * 9 + i * 3 + j] *
              image.data[((sample * 4 + y + i) * 5 + x + j) * 3 + channel];
      return sum;
    };
    const out = multiply(patches, transpose(weight)).data;
    expect(out[0]).toBeCloseTo(direct(0, 0, 0), 12);
    expect(out[11]).toBeCloseTo(direct(1, 1, 2), 12);
  });

  test('flattening and back changes nothing', () => {
    expect(unflatten(flatten(image, grid), grid)).toEqual(image);
  });
});

describe('metrics', () => {
  test('a student that is the teacher: a diagonal of 1, loss 0, every agreement', () => {
    const { teacher, evaluationSet, activeNodes } = deepProblem();
    const evaluation = new DeepEvaluation(teacher, teacher, activeNodes, false);
    const { student, target } = evaluation.add(evaluationSet, point, 1);
    expect(meanSquaredError(student, target).loss).toBe(0);
    expect(topAgreement(student, target)).toEqual([100, 100, 100, 100, 100]);
    for (const { teachers, correlation } of evaluation.layers())
      for (let j = 0; j < teachers; j++) expect(correlation[j * teachers + j]).toBeCloseTo(1, 5);
  });

  test('chunks of a data set give what the whole gives', () => {
    const { teacher, student, evaluationSet, activeNodes } = deepProblem();
    const [whole, parts] = [0, 1].map(() => new DeepEvaluation(teacher, student, activeNodes, true));
    whole.add(evaluationSet, point, 1);
    for (let i = 0; i < evaluationSet.rows; i++) {
      const row = { ...evaluationSet, rows: 1, data: evaluationSet.data.slice(6 * i, 6 * i + 6) };
      parts.add(row, point, 1 / evaluationSet.rows);
    }
    parts.layers().forEach((layer, l) => {
      const other = whole.layers()[l];
      expect(layer.observability).toEqual(other.observability);
      layer.correlation.forEach((value, i) => {
        expect(value).toBeCloseTo(other.correlation[i], 10);
      });
    });
    parts.forms()?.forEach(({ hTeacher }, l) => {
      hTeacher.data.forEach((value, i) => {
        expect(value).toBeCloseTo(whole.forms()?.[l].hTeacher.data[i] ?? Number.NaN, 10);
      });
    });
  });

  test('the forms give the gradient at a hidden layer: D (A h* - B h) (Tian 2019, multi-layer section)', () => {
    const { teacher, student, evaluationSet } = deepProblem({ hidden: [4, 3] });
    const x = { ...evaluationSet, rows: 1, data: evaluationSet.data.slice(0, 6) };
    const [ours, theirs] = [deepForward(student, x, point, true), deepForward(teacher, x, point, false)];
    const own = gradientForms(student, ours, student, ours);
    const cross = gradientForms(student, ours, teacher, theirs);
    const withOne = (values: Float64Array): number[] => [...values, 1];
    for (const l of [0, 1]) {
      const [h, t] = [withOne(ours.layers[l].output.data), withOne(theirs.layers[l].output.data)];
      const formed = ours.layers[l].output.data.map((_, k) => {
        const row = (m: Matrix, units: number[]): number =>
          units.reduce((sum, value, j) => sum + m.data[k * m.columns + j] * value, 0);
        return row(cross.h[l], t) - row(own.h[l], h);
      });
      const residual = { ...ours.output, data: ours.output.data.map((y, i) => theirs.output.data[i] - y) };
      const biases = deepBackward(student, ours, residual)[l].bias ?? new Float64Array();
      formed.forEach((value, k) => {
        expect(value).toBeCloseTo(biases[k], 10);
      });
    }
  });

  test('a dead node correlates 0 with everything', () => {
    const { teacher, student, evaluationSet, activeNodes } = deepProblem();
    student.hidden[1].weight.data.fill(0, 0, student.hidden[1].weight.columns);
    student.hidden[1].bias?.fill(-1, 0, 1);
    const evaluation = new DeepEvaluation(teacher, student, activeNodes, false);
    evaluation.add(evaluationSet, point, 1);
    const { correlation, students, teachers } = evaluation.layers()[1];
    for (let j = 0; j < teachers; j++) expect(correlation[j * students]).toBeCloseTo(0, 10);
  });
});

describe('teachers', () => {
  test('tuned ones are active on half of the evaluation set and their outputs standard', () => {
    const { teacher, evaluationSet } = deepProblem({ evalSize: 40 });
    const { layers, output } = deepForward(teacher, evaluationSet, point, false);
    for (const [l, { linear }] of layers.entries())
      for (let k = 0; k < linear.columns; k++) {
        let active = 0;
        for (let i = 0; i < 40; i++) if (linear.data[i * linear.columns + k] > 1e-9) active++;
        // Above the first layer, samples on which all units below are dead tie with the median.
        expect(active).toBeLessThanOrEqual(20);
        expect(active).toBeGreaterThanOrEqual(l === 0 ? 20 : 16);
      }
    for (let k = 0; k < output.columns; k++) {
      const values = Array.from({ length: 40 }, (_, i) => output.data[i * output.columns + k]);
      const mean = values.reduce((sum, value) => sum + value, 0) / 40;
      expect(mean).toBeCloseTo(0, 10);
      expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 39).toBeCloseTo(1, 10);
    }
  });

  test('strength decay divides what is read of node j by j + 1, before rows are normalized', () => {
    const [plain, decayed] = [0, 1].map((strengthDecay) =>
      deepProblem({ strengthDecay, tuneTeacherBias: false, tuneTeacherOutput: false }),
    );
    const ratio = (node: number): number => {
      const at = (problem: typeof plain): number => problem.teacher.hidden[1].weight.data[node];
      return at(decayed) / at(plain);
    };
    const nodes = [0, 1, 2, 3].filter((node) => plain.teacher.hidden[1].weight.data[node] !== 0);
    for (const node of nodes)
      expect(ratio(node) * (node + 1)).toBeCloseTo(ratio(nodes[0]) * (nodes[0] + 1), 4);
    expect(nodes.length).toBeGreaterThan(1);
  });

  test('pruned nodes are those that the layer above weighs least; nothing reads them', () => {
    const problem = deepProblem({ pruneRatios: [0.5, 0.2, 0.4] });
    expect(problem.activeNodes.map((nodes) => nodes.length)).toEqual([2, 4, 2]);
    expect(problem.student.hidden.map(({ weight }) => weight.rows)).toEqual([4, 8, 4]);
    const { weight } = problem.teacher.hidden[1];
    for (let node = 0; node < 4; node++) {
      const read = Array.from({ length: weight.rows }, (_, k) => weight.data[k * weight.columns + node]);
      expect(read.some((value) => value !== 0)).toBe(problem.activeNodes[0].includes(node));
    }
  });

  test('the same seed draws the same, another another', () => {
    expect(deepProblem().teacher).toEqual(deepProblem().teacher);
    expect(deepProblem({ seed: 6 }).teacher).not.toEqual(deepProblem().teacher);
  });
});

describe('students start', () => {
  const weightsOf = (options: Parameters<typeof deepProblem>[0]) => {
    const { teacher, student } = deepProblem(options);
    return { teacher: teacher.hidden[1].weight.data, student: student.hidden[1].weight.data };
  };
  const norm = (values: Float64Array): number => Math.hypot(...values);

  test('near the teacher', () => {
    const { teacher, student } = weightsOf({ multi: undefined, perturb: 0.01 });
    const noise = student.map((value, i) => value - teacher[i]);
    expect(norm(noise) / Math.sqrt(noise.length)).toBeGreaterThan(0.005);
    expect(norm(noise) / Math.sqrt(noise.length)).toBeLessThan(0.02);
  });

  test("in the teacher's direction, with their own length", () => {
    const { teacher, student } = weightsOf({ multi: undefined, sameDirection: true });
    const own = weightsOf({ multi: 1 }).student;
    expect(norm(student)).toBeCloseTo(norm(own), 10);
    teacher.forEach((value, i) => {
      expect(student[i]).toBeCloseTo((value * norm(own)) / norm(teacher), 10);
    });
  });

  test("with the teacher's signs and their own sizes", () => {
    const { teacher, student } = weightsOf({ multi: undefined, sameSigns: true });
    const own = weightsOf({ multi: 1 }).student;
    student.forEach((value, i) => {
      expect(Math.abs(value)).toBe(Math.abs(own[i]));
      expect(value * teacher[i]).toBeGreaterThanOrEqual(0);
    });
  });

  test('within 1/sqrt(inputs) otherwise, images too', () => {
    const { student } = deepProblem(smallImages);
    const bound = 1 / Math.sqrt(4 * 9);
    const { data } = student.hidden[1].weight;
    expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(bound);
    expect(Math.max(...data.map(Math.abs))).toBeGreaterThan(0.8 * bound);
  });
});

describe('optimizers', () => {
  const run = (settings: Parameters<typeof updateParameters>[0], gradients: readonly number[]): number => {
    const parameters = [Float64Array.of(1)];
    const state = initialOptimizerState(settings, parameters);
    for (const gradient of gradients)
      updateParameters(settings, state, {
        parameters,
        gradients: [Float64Array.of(gradient)],
        learningRate: 0.1,
      });
    return parameters[0][0];
  };

  test('by hand: two steps of momentum 0.5 with weight decay 0.1', () => {
    const afterOne = 1 - 0.1 * (2 + 0.1);
    const velocity = 0.5 * 2.1 + (3 + 0.1 * afterOne);
    expect(run({ method: 'sgd', momentum: 0.5, weightDecay: 0.1 }, [2, 3])).toBeCloseTo(
      afterOne - 0.1 * velocity,
      14,
    );
  });

  test('the first step of Adam is the learning rate, whatever the gradient', () => {
    for (const gradient of [1e-3, 5, -700])
      expect(run({ method: 'adam', weightDecay: 0 }, [gradient])).toBeCloseTo(
        1 - 0.1 * Math.sign(gradient),
        5,
      );
  });
});

test('a fused sum rounds once a product: what cancels in a plain sum survives', () => {
  const a = Float64Array.of(2 ** 30 + 1, -(2 ** 30));
  const b = Float64Array.of(2 ** 30 + 1, 2 ** 30 + 2);
  const exact = (2n ** 30n + 1n) ** 2n - 2n ** 30n * (2n ** 30n + 2n);
  expect(exact).toBe(1n);
  expect(a[0] * b[0] + a[1] * b[1]).toBe(0);
  expect(fusedDot(Float64Array.of(a[1], a[0]), Float64Array.of(b[1], b[0]))).toBe(1);
});

test('a network given to a run is what its settings say', () => {
  const experiment = experimentOf({ hidden: [3, 2], multi: 1.5, noBias: false });
  const { student } = prepareRun(experiment).problem;
  expect(student.hidden.map(({ weight }) => [weight.rows, weight.columns])).toEqual([
    [4, 6],
    [3, 4],
  ]);
  expect(student.final.weight.rows).toBe(4);
});
