import { accessSync, constants, existsSync, readdirSync, statfsSync } from 'node:fs';
import os from 'node:os';
import { sep } from 'node:path';
import { createEngine, reportBackends } from '../engine/index.js';
import { resolveExperiment } from '../experiment/index.js';
import { programName } from '../package/index.js';
import { prepareRun } from '../problem/index.js';
import type { Context, RunCommand } from './command-row.js';
import { printable } from './host/printable.js';
import type { Host } from './host/process-host.js';
import { defaultSettings, type SettingsValues } from './host/settings.js';
import { terminalTraits } from './host/terminal-traits.js';
import { refuseWords } from './line/refuse-words.js';

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

/** Without the name of the user's folder, which is nobody's business in a bug report. */
const homeless = (text: string): string => text.replaceAll(os.homedir() + sep, `~${sep}`);

const quotedVariables = (environment: Host['environment'], names: readonly string[]): string =>
  names
    .filter((name) => environment[name] !== undefined)
    .map((name) => `${name}=${printable(environment[name] ?? '')}`)
    .join(' ') || 'none set';

/** What lies between the program and the screen. */
const between = ({ TMUX, STY, SSH_CONNECTION, SSH_TTY }: Host['environment']): string =>
  [TMUX && 'tmux', STY && 'GNU screen', (SSH_CONNECTION || SSH_TTY) && 'ssh'].filter(Boolean).join(', ') ||
  'nothing known';

/** The settings that are not the first ones, in the words of the file. */
const ownSettings = (values: SettingsValues): string => {
  const own = Object.entries(values).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaultSettings[key as keyof SettingsValues]),
  );
  if (own.length === 0) return 'all at their first values';
  return own.map(([key, value]) => `${key} ${homeless(printable(JSON.stringify(value)))}`).join(', ');
};

/** The folder of logs: how many runs it has, and the room that is left. */
const logsLine = (folder: string): string => {
  const shown = homeless(folder);
  if (!existsSync(folder)) return `${shown}, not there yet`;
  try {
    const runs = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
    const { bavail, bsize } = statfsSync(folder);
    accessSync(folder, constants.W_OK);
    return `${shown}, ${runs.length} runs, ${((bavail * bsize) / 1e9).toFixed(1)} GB free`;
  } catch (error) {
    return `${shown}: ${firstLine(error)}`;
  }
};

/** Lines on the machine, the engines and the terminal. */
const systemLines = async ({ host, options, settings }: Context): Promise<string[]> => {
  const { stdout, stdin, environment } = host;
  const traits = terminalTraits(host, options, settings.values);
  const size = stdout.isTTY ? `${stdout.columns}x${stdout.rows}` : 'no terminal';
  const colors = ['none', '16', '256', 'true colour'][traits.colorLevel];
  const [cpu] = os.cpus();
  return [
    `machine: ${os.type()} ${os.release()} ${os.arch()}, ${os.availableParallelism()} x ${cpu?.model ?? 'unknown'}, ${(os.totalmem() / 1e9).toFixed(1)} GB`,
    await engineLine(false),
    await engineLine(true),
    'naive: float64, the oracle',
    homeless(await tfjsLine()),
    `terminal: ${size}, input ${stdin.isTTY ? 'terminal' : 'no terminal'}, through ${between(environment)}`,
    `environment: ${quotedVariables(environment, ['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'COLORFGBG'])}`,
    `locale: ${quotedVariables(environment, ['LC_ALL', 'LC_CTYPE', 'LANG'])}`,
    `drawing: ${traits.drawing}, colours: ${colors}, background: ${traits.background}${traits.asksBackground ? ' unless the terminal says otherwise' : ''}`,
  ];
};

/** Prints what a bug report should hold: versions, engines, terminal and folders. */
export const run: RunCommand = async (context, words) => {
  refuseWords('doctor', words);
  const { settings, out, logParent } = context;
  out(`${programName()}, Node ${process.versions.node}, V8 ${process.versions.v8}`);
  for (const line of await systemLines(context)) out(line);
  out(`settings: ${homeless(settings.path)}, ${ownSettings(settings.values)}`);
  out(`logs: ${logsLine(logParent)}`);
  return 0;
};
