import { workerData } from 'node:worker_threads';
import { instantiateKernels } from '../kernels.js';
import type { HelperData } from './team.js';

const { network, thread, precision, memory, module } = workerData as HelperData;

/** The thread lives in the kernels and handles no events; it ends when it is told to, or with its parent. */
instantiateKernels(module, memory, precision).help(network, thread);
