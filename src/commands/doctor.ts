import os from 'node:os';
import { createEngine } from '../engine/create.js';
import { prepareRun } from '../engine/problem.js';
import { reportBackends } from '../engine/tfjs-backend.js';
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

/** The backend that the tfjs engine would run on, and why not a better one. */
const tfjsLine = async (): Promise<string> => {
  try {
    const reports = await reportBackends();
    const chosen = reports.findIndex(({ reason }) => reason === null);
    const refused = reports
      .slice(0, chosen === -1 ? reports.length : chosen)
      .map(({ backend, reason }) => `${backend} does not load: ${reason}`);
    const name = chosen === -1 ? 'no backend' : `${reports[chosen].backend}, float32`;
    return [`tfjs: ${name}`, ...refused].join('; ');
  } catch (error) {
    return `tfjs: does not load: ${firstLine(error)}`;
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
  out(await tfjsLine());
  out(`terminal: ${size}, input ${stdin.isTTY ? 'terminal' : 'no terminal'}, TERM=${environment.TERM ?? ''}`);
  out(`drawing: ${traits.drawing}, colours: ${colors}`);
  out(`settings: ${settings.path}`);
  out(`logs: ${logParent}`);
  return 0;
};
