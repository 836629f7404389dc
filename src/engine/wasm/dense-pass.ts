import { type Matrix, type Network, zeros } from '../../net/index.js';
import type { Precision } from '../engine.js';
import { instantiateKernels, type Kernels } from './kernels.js';
import { bytesOf, perPanel } from './memory/memory-layout.js';
import { blockRows, type Plan, planTask } from './memory/memory-plan.js';
import { createMemory, PanelMemory } from './memory/panel-memory.js';
import { affineLayers, writeNetwork } from './memory/parameters.js';
import { writeRecords } from './memory/plan-records.js';
import { forwardTask } from './task.js';

/** Units of a block of samples: of each hidden layer's chosen nodes, and the outputs. [rows x nodes], row-major */
export type UnitBlock = { readonly units: readonly Matrix[]; readonly output: Matrix };

/** Runs a dense network without norms over data on the kernels. */
export class DensePass {
  readonly #plan: Plan;
  readonly #memory: PanelMemory;
  readonly #kernels: Kernels;
  readonly #outputs: readonly number[];

  /** Errors: UserError when its memory cannot be had. */
  constructor(network: Network, module: WebAssembly.Module, precision: Precision = 'float64') {
    const sizes = { train: blockRows, evaluation: 0, evaluationBatch: blockRows };
    const { plan, layout } = planTask(forwardTask(network), precision, sizes);
    const memory = createMemory(layout);
    this.#plan = plan;
    this.#memory = new PanelMemory(memory, precision);
    this.#kernels = instantiateKernels(module, memory, precision);
    this.#outputs = affineLayers(network).map(({ weight }) => weight.rows);
    writeRecords(plan, this.#memory);
    writeNetwork(plan, this.#memory, network);
  }

  /** Calls back with every block of rows of `x` [samples x d]. `nodes`: of each hidden layer. */
  forEachBlock(
    x: Matrix,
    nodes: readonly (readonly number[])[],
    visit: (first: number, block: UnitBlock) => void,
  ): void {
    for (let first = 0; first < x.rows; first += blockRows) {
      const rows = Math.min(blockRows, x.rows - first);
      this.#load(x, first, rows);
      this.repeat(rows, 1);
      const head = this.#outputs.length - 1;
      visit(first, {
        units: nodes.map((chosen, l) => this.#read(l, rows, chosen)),
        output: this.#read(head, rows, [...Array(this.#outputs[head]).keys()]),
      });
    }
  }

  /** Runs over the rows that were loaded last, so many times. */
  repeat(rows: number, times: number): void {
    for (let i = 0; i < times; i++)
      this.#kernels.forward(this.#plan.network, this.#plan.sets[0].record, 0, rows);
  }

  #load({ columns, data }: Matrix, first: number, rows: number): void {
    const { inputStride, layers, sets, precision } = this.#plan;
    const step = inputStride / bytesOf(precision);
    const inputs = this.#memory.values(sets[0].inputs, rows * step);
    for (let r = 0; r < rows; r++) {
      inputs.set(data.subarray((first + r) * columns, (first + r + 1) * columns), r * step);
      inputs[r * step + columns] = layers[0].hasBias ? 1 : 0;
    }
  }

  /** [rows x nodes] of a layer's units. */
  #read(layer: number, rows: number, nodes: readonly number[]): Matrix {
    const { layers, precision } = this.#plan;
    const { pointer, step } = layers[layer].out;
    const per = perPanel(precision);
    const out = zeros(rows, nodes.length);
    for (let first = 0; first < rows; first += per) {
      const panel = this.#memory.values(pointer + (first / per) * step, (layers[layer].units + 1) * per);
      const end = Math.min(per, rows - first);
      for (const [j, node] of nodes.entries())
        for (let r = 0; r < end; r++) out.data[(first + r) * nodes.length + j] = panel[node * per + r];
    }
    return out;
  }
}
