import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { patienceMs } from './patience.ts';

/** One system call of a program that is to fail. */
export type InjectionPoint = {
  readonly call: string;
  /** What becomes of it in strace's words: `error=EIO`, or `retval=0` for a write that takes nothing. */
  readonly fault: string;
  /** The how many-th call. */
  readonly nth: number;
  /** Whether all that follow fail too, as on a disk that stays full. */
  readonly andLater: boolean;
};

/** Which calls are meant: those on these paths, or all of them where there are none. */
type Scope = { readonly calls: readonly string[]; readonly paths: readonly string[] };

const module = (source: string): string => `data:text/javascript,${encodeURIComponent(source)}`;

/**
 * Has names that hold the date or random letters be the same in every run: strace is told paths before they exist. An
 * option of Node.
 */
export const fixedNames = module(`
  const fixed = Date.UTC(2020, 0, 1);
  globalThis.Date = class extends Date {
    constructor(...given) { given.length > 0 ? super(...given) : super(fixed); }
    static now() { return fixed; }
  };
  crypto.randomUUID = () => '00000000-0000-4000-8000-000000000000';
`);

/** The date of every run here, as its folder is named. */
export const fixedDate = '2020-01-01T00-00-00';

/** A file's name while it is being written. */
export const partOf = (path: string): string => `${path}.00000000-0000.part`;

/** Has every write to a file take half of what it is given, as a system may. An option of Node, after `fixedNames`. */
export const shortWrites = module(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const half = (length) => Math.ceil(length / 2);
  const writeSync = fs.writeSync;
  fs.writeSync = (file, bytes, at = 0, length = bytes.length - at) => writeSync(file, bytes, at, half(length));
  const any = await fs.promises.open(process.execPath);
  const handles = Object.getPrototypeOf(any);
  await any.close();
  const write = handles.write;
  handles.write = function (bytes, at = 0, length = bytes.length - at) {
    return write.call(this, bytes, at, half(length));
  };
  syncBuiltinESMExports();
`);

/** Whether programs can be traced here: strace may be missing, and containers may forbid it. */
export const canTrace = (): boolean =>
  spawnSync('strace', ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=fsync', 'true']).status === 0;

/** `program`: Node's options, a script and its arguments. */
const traced = (flags: readonly string[], scope: Scope, program: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnSync(
    'strace',
    [
      ...['-f', '-qq', '--seccomp-bpf', '-e', `trace=${scope.calls.join(',')}`],
      ...scope.paths.flatMap((path) => ['-P', path]),
      ...flags,
      ...[process.execPath, '--import', fixedNames, ...program],
    ],
    { env, encoding: 'utf8', timeout: patienceMs, killSignal: 'SIGKILL' },
  );

const callIn = (line: string): string | undefined => /^\d+ +(\w+)\(/.exec(line)?.[1];

/**
 * The calls that a program makes, each as the how many-th of its kind; without paths those made since Node has opened the
 * script: where its own start fails, Node ends or waits for ever.
 */
export const findCalls = (
  { calls, paths }: Scope,
  output: string,
  program: readonly string[],
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, readonly number[]> => {
  const watchesStart = paths.length === 0;
  traced(['-o', output], { calls: watchesStart ? [...calls, 'openat'] : calls, paths }, program, env);
  const lines = readFileSync(output, 'utf8').split('\n');
  const script = program.find((word) => word.startsWith('/') && word.endsWith('.js')) ?? '';
  const start = watchesStart ? lines.findIndex((line) => line.includes(`"${script}"`)) : 0;
  return new Map(
    calls.flatMap((call) => {
      const made = lines.flatMap((line, index) => (callIn(line) === call ? [index] : []));
      const own = made.flatMap((index, nth) => (index >= start ? [nth + 1] : []));
      return own.length > 0 ? [[call, own]] : [];
    }),
  );
};

/** Runs a program one of whose calls fails. */
export const runInjected = (
  { call, fault, nth, andLater }: InjectionPoint,
  paths: readonly string[],
  program: readonly string[],
  env: NodeJS.ProcessEnv,
) => {
  const inject = `inject=${call}:${fault}:when=${nth}${andLater ? '+' : ''}`;
  return traced(['-o', '/dev/null', '-e', inject], { calls: [call], paths }, program, env);
};
