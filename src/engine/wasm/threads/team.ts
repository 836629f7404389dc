import { startThread } from '../../../package/index.js';
import type { Precision } from '../../engine.js';
import { lineBytes } from '../memory/memory-layout.js';
import { endedLine, type Plan } from '../memory/memory-plan.js';
import { PanelMemory } from '../memory/panel-memory.js';
import { networkRecord } from '../memory/plan-records.js';

/** What a helper thread starts from: the kernels, and the record of the network that they train. */
export type HelperData = {
  readonly network: number;
  /** Its number; the thread that calls is 0. */
  readonly thread: number;
  readonly precision: Precision;
  readonly memory: WebAssembly.Memory;
  readonly module: WebAssembly.Module;
};

/**
 * Starts a helper, which takes shares of the kernels' work as soon as it is up; nobody waits for it until then. It never
 * keeps the process up; one that cannot come up is done without. The options that the program was started with are not for
 * it: some do not go with a worker.
 */
const startHelper = (data: HelperData): void => {
  const helper = startThread('engine/wasm/threads/helper', { workerData: data, execArgv: [] });
  helper.unref();
  const doWithout = (): void => {};
  helper.on('error', doWithout);
  helper.once('online', () => helper.off('error', doWithout));
};

/** The number of the phase, for which helpers sleep: src/engine/wasm/kernel/shared-phases.ts. */
const phaseWord = 0;

/** The threads that share an engine's work, the one that calls the kernels aside; see src/engine/wasm/kernel/shared-phases.ts. */
export class Team {
  readonly #words: Int32Array;
  #disposed = false;

  /** Starts one helper fewer than there are threads. */
  constructor(plan: Plan, memory: WebAssembly.Memory, module: WebAssembly.Module, threads: number) {
    const { team, network, precision } = plan;
    this.#words = new Int32Array(memory.buffer, team, ((endedLine + 1) * lineBytes) / 4);
    networkRecord(new PanelMemory(memory, precision), plan).set({ threads });
    try {
      for (let thread = 1; thread < threads; thread++)
        startHelper({ network, thread, precision, memory, module });
    } catch {
      // Where the system refuses a thread, those that are up share its part.
    }
  }

  /** Errors: when the helpers have been told to end. */
  assertUsable(): void {
    if (this.#disposed) throw new Error('the engine has been disposed of');
  }

  /** Tells the helpers to end. */
  dispose(): void {
    this.#disposed = true;
    Atomics.store(this.#words, (endedLine * lineBytes) / 4, 1);
    Atomics.add(this.#words, phaseWord, 1);
    Atomics.notify(this.#words, phaseWord);
  }
}
