import { type Grid, type Matrix, type Network, zeros } from '../../net/index.js';
import type { Precision } from '../engine.js';
import { instantiateKernels, type Kernels } from './kernels.js';
import { interleave } from './memory/interleave.js';
import { bytesOf, perPanel } from './memory/memory-layout.js';
import { type Plan, planTask } from './memory/memory-plan.js';
import { createMemory, PanelMemory } from './memory/panel-memory.js';
import { writeNetwork } from './memory/parameters.js';
import { writeRecords } from './memory/plan-records.js';
import { forwardTask } from './task.js';

/**
 * Units of a block of samples, read when asked for: of each hidden layer's chosen nodes, [rows * positions x nodes], and the
 * outputs; row-major, the positions of a sample are neighbours.
 */
export type UnitBlock = { readonly units: () => readonly Matrix[]; readonly output: () => Matrix };

/** Runs a network over data on the kernels, its norms by their running statistics. */
export class NetworkPass {
  readonly #plan: Plan;
  readonly #memory: PanelMemory;
  readonly #kernels: Kernels;

  /** Errors: UserError when its memory cannot be had. */
  constructor(network: Network, grid: Grid, module: WebAssembly.Module, precision: Precision = 'float64') {
    const task = forwardTask(network, grid);
    const { plan, layout } = planTask(task, precision, {
      train: task.batch,
      evaluation: 0,
      evaluationBatch: task.batch,
    });
    const memory = createMemory(layout);
    this.#plan = plan;
    this.#memory = new PanelMemory(memory, precision);
    this.#kernels = instantiateKernels(module, memory, precision);
    writeRecords(plan, this.#memory);
    writeNetwork(plan, this.#memory, network);
  }

  /** Calls back with every block of rows of `x` [samples x d]. `nodes`: of each hidden layer. */
  forEachBlock(
    x: Matrix,
    nodes: readonly (readonly number[])[],
    visit: (first: number, block: UnitBlock) => void,
  ): void {
    const { block, layers } = this.#plan;
    const head = layers.length - 1;
    const outputs = [...Array(layers[head].units).keys()];
    for (let first = 0; first < x.rows; first += block) {
      const rows = Math.min(block, x.rows - first);
      this.#load(x, first, rows);
      this.repeat(rows, 1);
      visit(first, {
        units: () => nodes.map((chosen, l) => this.#read(l, rows, chosen)),
        output: () => this.#read(head, rows, outputs),
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
      const row = data.subarray((first + r) * columns, (first + r + 1) * columns);
      inputs.set(interleave(row, layers[0].reads.channels), r * step);
      inputs[r * step + columns] = layers[0].hasBias ? 1 : 0;
    }
  }

  /** [rows * positions x nodes] of a layer's units. */
  #read(layer: number, rows: number, nodes: readonly number[]): Matrix {
    const { layers, precision } = this.#plan;
    const { out, units, positions } = layers[layer];
    const per = perPanel(precision);
    const read = zeros(rows * positions, nodes.length);
    for (let first = 0; first < rows; first += per) {
      const panel = this.#memory.values(out.pointer + (first / per) * out.step, positions * units * per);
      const end = Math.min(per, rows - first);
      for (let r = 0; r < end; r++)
        for (let position = 0; position < positions; position++) {
          const row = ((first + r) * positions + position) * nodes.length;
          for (let j = 0; j < nodes.length; j++)
            read.data[row + j] = panel[(position * units + nodes[j]) * per + r];
        }
    }
    return read;
  }
}
