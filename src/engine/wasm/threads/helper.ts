import { workerData } from 'node:worker_threads';
import { instantiateDeepKernels } from '../deep-kernel-module.js';
import { DeepExchange } from './exchange.js';
import { DeepShard } from './shard.js';
import type { HelperData } from './team.js';

const { plan, memory, module } = workerData as HelperData;
const kernels = instantiateDeepKernels(module, memory, plan.precision);
const shards = plan.shards.map((_, part) => new DeepShard(kernels, plan, memory.buffer, part));
const exchange = new DeepExchange(plan, memory.buffer);

const succeeds = (part: number): boolean => {
  try {
    shards[part].carryOut(exchange.job);
    return true;
  } catch {
    return false;
  }
};

/** The thread blocks between jobs and handles no events; it ends when it is told to, or with its parent. */
const serve = (): void => {
  while (exchange.awaitJob())
    for (let part = exchange.take(); part !== null; part = exchange.take()) exchange.finish(succeeds(part));
};

serve();
