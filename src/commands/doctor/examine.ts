import { accessSync, constants, existsSync, readdirSync, statfsSync } from 'node:fs';
import os from 'node:os';
import {
  availableProcessors,
  type BackendReport,
  createEngine,
  reportBackends,
  tryWideTiles,
} from '../../engine/index.js';
import { resolveExperiment } from '../../experiment/index.js';
import { programName } from '../../package/index.js';
import { prepareRun } from '../../problem/index.js';
import type { Context } from '../command-row.js';
import type { Host } from '../host/process-host.js';
import { defaultSettings, type SettingsValues } from '../host/settings.js';
import { type TerminalTraits, terminalTraits } from '../host/terminal-traits.js';

/** What a bug report should hold. Paths stand without the name of the user's folder, which is nobody's business there. */
export type Examination = {
  readonly program: string;
  readonly node: string;
  readonly v8: string;
  readonly machine: {
    readonly system: string;
    readonly architecture: string;
    readonly processors: number;
    readonly processor: string;
    readonly memoryBytes: number;
  };
  readonly wasm: readonly KernelTrial[];
  /** The backends of tfjs, the preferred one first; a text where tfjs itself does not load. */
  readonly tfjs: readonly BackendReport[] | string;
  readonly terminal: {
    /** Null where standard output is no terminal. */
    readonly size: { readonly columns: number; readonly rows: number } | null;
    readonly inputIsTerminal: boolean;
    /** What lies between the program and the screen, as far as the environment tells. */
    readonly through: readonly string[];
    readonly traits: TerminalTraits;
  };
  readonly environment: Readonly<Record<string, string>>;
  readonly locale: Readonly<Record<string, string>>;
  readonly settings: { readonly path: string | null; readonly changed: Partial<SettingsValues> };
  readonly logs: Logs;
};

/** The kernels' build; `variant` is null where `problem` says why they do not load. */
export type KernelTrial = {
  readonly strict: boolean;
  readonly variant: string | null;
  readonly problem: string | null;
};

/** The folder of logs: how many runs it has, and the room that is left; null where that cannot be told. */
export type Logs = {
  readonly folder: string | null;
  readonly exists: boolean;
  readonly runs: number | null;
  readonly freeBytes: number | null;
  readonly problem: string | null;
};

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0];

/** A text without the name of the user's folder. */
type HideHome = (text: string) => string;

const examineKernels = async (strict: boolean): Promise<KernelTrial> => {
  const experiment = resolveExperiment({ d: 4, m: 2, c: 2, trainSize: 16, evalSize: 16 }, 'doctor');
  try {
    const engine = await createEngine(prepareRun(experiment).problem, {
      engine: 'wasm',
      precision: 'float32',
      strict,
    });
    const { variant } = engine.description;
    engine.dispose();
    return { strict, variant, problem: null };
  } catch (error) {
    return { strict, variant: null, problem: firstLine(error) };
  }
};

/** The kernels, with wide tiles tried whatever was found before. */
const examineWasm = async (): Promise<KernelTrial[]> => {
  // Kernels that cannot be tried cannot train either, and that says why.
  await tryWideTiles().catch(() => false);
  return [await examineKernels(false), await examineKernels(true)];
};

const examineTfjs = async (hideHome: HideHome): Promise<Examination['tfjs']> => {
  try {
    const reports = await reportBackends();
    return reports.map(({ backend, reason }) => ({ backend, reason: reason && hideHome(reason) }));
  } catch (error) {
    return hideHome(firstLine(error));
  }
};

const variablesOf = (environment: Host['environment'], names: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    names.flatMap((name) => {
      const value = environment[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );

const between = ({ TMUX, STY, SSH_CONNECTION, SSH_TTY }: Host['environment']): string[] =>
  [TMUX && 'tmux', STY && 'GNU screen', (SSH_CONNECTION || SSH_TTY) && 'ssh'].filter((name): name is string =>
    Boolean(name),
  );

const changedSettings = (values: SettingsValues, hideHome: HideHome): Partial<SettingsValues> => {
  const { logFolder, ...others } = values;
  const shown = { ...others, logFolder: logFolder && hideHome(logFolder) };
  const changed = Object.entries(shown).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaultSettings[key as keyof SettingsValues]),
  );
  return Object.fromEntries(changed);
};

const examineLogs = (findFolder: () => string, hideHome: HideHome): Logs => {
  let known: Logs = { folder: null, exists: false, runs: null, freeBytes: null, problem: null };
  try {
    const path = findFolder();
    known = { ...known, folder: hideHome(path), exists: existsSync(path) };
    if (!known.exists) return known;
    const runs = readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory()).length;
    const { bavail, bsize } = statfsSync(path);
    accessSync(path, constants.W_OK);
    return { ...known, runs, freeBytes: bavail * bsize };
  } catch (error) {
    return { ...known, problem: hideHome(firstLine(error)) };
  }
};

/** Tries engines and looks at terminal, settings and folders. */
export const examine = async ({
  host,
  options,
  settings,
  folders,
  logParent,
}: Context): Promise<Examination> => {
  const hideHome = (text: string): string => folders.hideHome(text);
  const { stdout, stdin, environment } = host;
  return {
    program: programName(),
    node: process.versions.node,
    v8: process.versions.v8,
    machine: {
      system: `${os.type()} ${os.release()}`,
      architecture: os.arch(),
      processors: availableProcessors(),
      processor: os.cpus()[0]?.model ?? 'unknown',
      memoryBytes: os.totalmem(),
    },
    wasm: await examineWasm(),
    tfjs: await examineTfjs(hideHome),
    terminal: {
      size: stdout.isTTY ? { columns: stdout.columns, rows: stdout.rows } : null,
      inputIsTerminal: Boolean(stdin.isTTY),
      through: between(environment),
      traits: terminalTraits(host, options, settings.values),
    },
    environment: variablesOf(environment, ['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR', 'COLORFGBG']),
    locale: variablesOf(environment, ['LC_ALL', 'LC_CTYPE', 'LANG']),
    settings: {
      path: settings.path && hideHome(settings.path),
      changed: changedSettings(settings.values, hideHome),
    },
    logs: examineLogs(logParent, hideHome),
  };
};
