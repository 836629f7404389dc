import os from 'node:os';
import { createEngine } from '../engine/create.js';
import { prepareRun } from '../engine/problem.js';
import { resolveExperiment } from '../experiment/draft.js';
import type { Context } from './program.js';
import { terminalTraits } from './terminal-traits.js';
import { programName } from './version.js';

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];

const engineLine = async (strict: boolean): Promise<string> => {
  const experiment = resolveExperiment({ d: 4, m: 2, c: 2, trainSize: 16, evalSize: 16 }, 'doctor');
  const name = `wasm${strict ? ' --strict' : ''}`;
  try {
    const engine = await createEngine(prepareRun(experiment).problem, {
      engine: 'wasm',
      precision: 'float32',
      strict,
    });
    const { variant } = engine.description;
    engine.dispose();
    return `${name}: ${variant}, float32 and float64`;
  } catch (error) {
    return `${name}: does not load: ${firstLine(error)}`;
  }
};

/** The optional native TensorFlow is not used by any engine yet; whether it loads helps to read a report. */
const tensorflowLine = async (): Promise<string> => {
  try {
    const name = '@tensorflow/tfjs-node';
    await import(name);
    return 'tfjs-node: its native library loads (no engine uses it yet)';
  } catch (error) {
    return `tfjs-node: does not load, and nothing needs it: ${firstLine(error)}`;
  }
};

/** Prints what a bug report should hold: versions, engines, terminal and folders. */
export const runDoctor = async ({ host, options, settings, out, logParent }: Context): Promise<number> => {
  const { stdout, stdin, environment } = host;
  const traits = terminalTraits(host, options, settings.values);
  const size = stdout.isTTY ? `${stdout.columns}x${stdout.rows}` : 'no terminal';
  const colors = ['none', '16', '256', 'true colour'][traits.colorLevel];
  const [cpu] = os.cpus();
  out(`${programName()}, Node ${process.versions.node}, V8 ${process.versions.v8}`);
  out(
    `machine: ${os.type()} ${os.release()} ${os.arch()}, ${os.availableParallelism()} x ${cpu?.model ?? 'unknown'}`,
  );
  out(await engineLine(false));
  out(await engineLine(true));
  out('naive: float64, the oracle');
  out(await tensorflowLine());
  out(`terminal: ${size}, input ${stdin.isTTY ? 'terminal' : 'no terminal'}, TERM=${environment.TERM ?? ''}`);
  out(`drawing: ${traits.drawing}, colours: ${colors}`);
  out(`settings: ${settings.path}`);
  out(`logs: ${logParent}`);
  return 0;
};
