import { Worker } from 'node:worker_threads';
import { builtFile } from '../../../package/index.js';
import type { DeepKernels } from '../deep-kernel-module.js';
import type { DeepPlan } from '../deep-layout.js';
import { DeepExchange } from './exchange.js';
import type { DeepJob } from './job.js';
import { DeepShard } from './shard.js';

/** What a helper thread starts from. */
export type HelperData = {
  readonly plan: DeepPlan;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
};

/** Both src/engine/wasm and dist/engine/wasm stand three levels below the package. */
const helperFile = builtFile('engine/wasm/threads/helper');

/**
 * Starts a helper, which takes its parts of the jobs as soon as it is up; nobody waits for it until then. It never keeps
 * the process up. The options that the program was started with are not for it: some do not go with a worker.
 */
const startHelper = (data: HelperData): void => {
  new Worker(helperFile, { workerData: data, execArgv: [], stdout: true, stderr: true }).unref();
};

/** The threads that share an engine's work; the one that calls is the first of them. */
export class DeepTeam {
  readonly #shards: readonly DeepShard[];
  /** Null without helpers. */
  readonly #exchange: DeepExchange | null;
  #disposed = false;

  /** Starts the helpers of a plan: one thread fewer than it has. */
  constructor(plan: DeepPlan, memory: WebAssembly.Memory, module: WebAssembly.Module, kernels: DeepKernels) {
    const helpers = plan.shards.length - 1;
    for (let i = 0; i < helpers; i++) startHelper({ plan, memory, module });
    this.#shards = plan.shards.map((_, part) => new DeepShard(kernels, plan, memory.buffer, part));
    this.#exchange = helpers > 0 ? new DeepExchange(plan, memory.buffer) : null;
  }

  /** Returns when every part of the job is done. */
  carryOut(job: DeepJob): void {
    if (this.#disposed) throw new Error('the engine has been disposed of');
    if (this.#exchange) this.#share(this.#exchange, job);
    else this.#shards[0].carryOut(job);
  }

  /** Tells the helpers to end. */
  dispose(): void {
    if (!this.#disposed) this.#exchange?.end();
    this.#disposed = true;
  }

  #share(exchange: DeepExchange, job: DeepJob): void {
    exchange.post(job);
    for (let part = exchange.take(); part !== null; part = exchange.take()) {
      this.#shards[part].carryOut(job);
      exchange.finish(true);
    }
    exchange.awaitAll();
  }
}
