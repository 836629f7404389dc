import os from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import util from 'node:util';
import { UserError } from '../../input/index.js';
import { rememberedNativeProblem } from './native-memory.js';
import { nativeProblem } from './native-trial.js';

export type Tfjs = typeof import('@tensorflow/tfjs-core');

/** Native TensorFlow, WebAssembly, plain JavaScript. */
export const tfjsBackends = ['tensorflow', 'wasm', 'cpu'] as const;
export type TfjsBackend = (typeof tfjsBackends)[number];

export type LoadedTfjs = {
  readonly tf: Tfjs;
  readonly backend: TfjsBackend;
  /** Threads that share an operation. */
  readonly threads: number;
};

/** Whether a backend loads on this machine; `reason` says in one line why it does not. */
export type BackendReport = { readonly backend: TfjsBackend; readonly reason: string | null };

/** Functions of Node that tfjs-node 4.22 calls: one was removed in Node 23, the other prints a warning. */
const replaceOldUtilities = (): void => {
  const isNullOrUndefined = (value: unknown): boolean => value === null || value === undefined;
  Object.assign(util, { isNullOrUndefined, isArray: Array.isArray });
};

/** Why a module of native code does not load. */
type NativeTrial = (moduleUrl: string) => string | null;

const prepareTensorflow = async (tf: Tfjs, trial: NativeTrial): Promise<void> => {
  if (tf.findBackendFactory('tensorflow')) return;
  const module = import.meta.resolve('@tensorflow/tfjs-node');
  const problem = trial(module);
  if (problem !== null) throw new Error(problem);
  replaceOldUtilities();
  await import(module);
};

const prepareWasm = async (): Promise<void> => {
  const { setThreadsCount, setWasmPaths } = await import('@tensorflow/tfjs-backend-wasm');
  const entry = fileURLToPath(import.meta.resolve('@tensorflow/tfjs-backend-wasm'));
  setWasmPaths(`${join(dirname(entry), '..', 'wasm-out')}/`);
  setThreadsCount(1);
};

const prepare: Readonly<Record<TfjsBackend, (tf: Tfjs, trial: NativeTrial) => Promise<unknown>>> = {
  tensorflow: prepareTensorflow,
  wasm: prepareWasm,
  cpu: () => import('@tensorflow/tfjs-backend-cpu'),
};

/**
 * The library without its banners and warnings, which would be printed on the terminal. On Node its core comes without
 * the gradients of its operations; the package of layers registers them, at a third of the union package's size.
 */
const loadSilenced = async (): Promise<Tfjs> => {
  const tf = await import('@tensorflow/tfjs-core');
  tf.enableProdMode();
  await import('@tensorflow/tfjs-layers');
  return tf;
};

/**
 * Runs `load` and takes away the handlers that it adds for errors which nobody catches: those of the WASM backend
 * throw them again, from a handler, which ends a process differently than the error itself.
 */
const withoutErrorHandlers = async <T>(load: () => Promise<T>): Promise<T> => {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => process.rawListeners(event));
  const result = await load();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event) as NodeJS.UncaughtExceptionListener[])
      if (!before[i].includes(listener)) process.removeListener(event, listener);
  });
  return result;
};

/** Makes a backend the current one. Errors: what its library says where it does not load. */
const loadBackend = async (tf: Tfjs, backend: TfjsBackend, trial: NativeTrial): Promise<void> => {
  await prepare[backend](tf, trial);
  if (!(await withoutErrorHandlers(() => tf.setBackend(backend))))
    throw new Error('its initialization failed');
};

/** The first line of what went wrong, without the file of ours that Node names. */
const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error))
    .split('\n')[0]
    .replace(/ imported from .*$/, '')
    .trim();

const tryBackend = async (tf: Tfjs, backend: TfjsBackend, trial: NativeTrial): Promise<string | null> => {
  try {
    await loadBackend(tf, backend, trial);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
};

/** Disposes of every tensor that `compute` makes and does not keep; its result must not hold any. */
export const inScope = <T>(tf: Tfjs, compute: () => T): T => {
  tf.engine().startScope();
  try {
    return compute();
  } finally {
    tf.engine().endScope();
  }
};

/** Native TensorFlow shares its work among the cores that it finds; the other backends are kept to one thread. */
const threadsOf = (backend: TfjsBackend): number =>
  backend === 'tensorflow' ? os.availableParallelism() : 1;

/**
 * Loads tfjs with the first of these backends that works, and makes it the current one. Errors: UserError where none does.
 */
export const loadTfjs = async (candidates: readonly TfjsBackend[]): Promise<LoadedTfjs> => {
  const tf = await loadSilenced();
  const reasons: string[] = [];
  for (const backend of candidates) {
    const reason = await tryBackend(tf, backend, rememberedNativeProblem);
    if (reason === null) return { tf, backend, threads: threadsOf(backend) };
    reasons.push(`${backend} does not load here (${reason})`);
  }
  throw new UserError(`engine tfjs: ${reasons.join('; ')}, allowed: a backend that teachtop doctor names`);
};

/** Tries every backend; the native one in a new process, whatever was found before. */
export const reportBackends = async (): Promise<readonly BackendReport[]> => {
  const tf = await loadSilenced();
  const reports: BackendReport[] = [];
  for (const backend of tfjsBackends)
    reports.push({ backend, reason: await tryBackend(tf, backend, nativeProblem) });
  return reports;
};
