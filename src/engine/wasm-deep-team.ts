import type { DeepKernels } from './deep-kernel-module.js';
import { carryOut, type DeepJob } from './wasm-deep-job.js';
import type { DeepPlan } from './wasm-deep-layout.js';
import { DeepShard } from './wasm-deep-shard.js';

/** The threads that share an engine's work; this one is the first of them. */
export class DeepTeam {
  readonly #shard: DeepShard;

  constructor(plan: DeepPlan, memory: WebAssembly.Memory, _module: WebAssembly.Module, kernels: DeepKernels) {
    this.#shard = new DeepShard(kernels, plan, memory.buffer, 0);
  }

  carryOut(job: DeepJob): void {
    carryOut(this.#shard, job);
  }

  dispose(): void {}
}
