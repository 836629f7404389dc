import { type HiddenLayer, inputGrid, type Matrix, type Network, relu } from '../../net/index.js';
import type { CompiledKernels } from './kernels.js';
import { NetworkPass } from './network-pass.js';

/** Widths of a network whose products take most of the time. */
const [inputs, units, outputs] = [16, 96, 8];
/** Samples of a pass. */
const rows = 128;
/** Passes that are timed as one, and how many times each build is timed: V8 compiles well what has run a while. */
const repetitions = 5;
const rounds = 6;
/** A build whose vectors are joined takes 0.5 to 0.65 of the other's time, one whose are not takes more than it. */
const worthIt = 0.85;

/** Numbers of both signs, without a pattern. */
const someMatrix = (rows: number, columns: number): Matrix => ({
  rows,
  columns,
  data: Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(1 + 7 * i * i)),
});

const layer = (width: number): HiddenLayer => ({
  weight: someMatrix(units, width),
  bias: new Float64Array(units),
  norm: null,
});

const network: Network = {
  hidden: [layer(inputs), layer(units), layer(units)],
  final: { weight: someMatrix(outputs, units), bias: new Float64Array(outputs) },
  convolutional: false,
  ...relu,
  openAtZero: false,
  normBeforeRelu: false,
  storage: 'arrays',
};

/** A network on one build, and the least time that its products have taken. */
class Candidate {
  readonly #pass: NetworkPass;
  least = Number.POSITIVE_INFINITY;

  constructor({ module }: CompiledKernels) {
    this.#pass = new NetworkPass(network, inputGrid(null), module, 'float32');
  }

  /** The outputs for some inputs. */
  outputs(): Float64Array {
    const found: number[] = [];
    this.#pass.forEachBlock(someMatrix(rows, inputs), [], (_, { output }) => found.push(...output().data));
    return Float64Array.from(found);
  }

  time(): void {
    const start = performance.now();
    this.#pass.repeat(rows, repetitions);
    this.least = Math.min(this.least, performance.now() - start);
  }
}

const same = (a: Float64Array, b: Float64Array): boolean => a.every((value, i) => Object.is(value, b[i]));

/** Whether a wide build gives the same bits as the narrow one in clearly less time. */
export const isFaster = (wide: CompiledKernels, narrow: CompiledKernels): boolean => {
  const [candidate, other] = [new Candidate(wide), new Candidate(narrow)];
  const wasSame = same(candidate.outputs(), other.outputs());
  for (let round = 0; round < rounds; round++) for (const one of [candidate, other]) one.time();
  return wasSame && same(candidate.outputs(), other.outputs()) && candidate.least < worthIt * other.least;
};
