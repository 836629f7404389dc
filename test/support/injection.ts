import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { patienceMs } from './patience.ts';
import { programPath } from './terminal-program.ts';

/** One system call of a program that is to fail. */
export type InjectionPoint = {
  readonly call: string;
  readonly error: string;
  /** The how many-th call. */
  readonly nth: number;
  /** Whether all that follow fail too, as on a disk that stays full. */
  readonly andLater: boolean;
};

/** Where calls are counted: those on these paths, or all of them where there are none. */
type Scope = { readonly calls: readonly string[]; readonly paths: readonly string[] };

const wallClock = `data:text/javascript,${encodeURIComponent(`
  const fixed = Date.UTC(2020, 0, 1);
  globalThis.Date = class extends Date {
    constructor(...given) { given.length > 0 ? super(...given) : super(fixed); }
    static now() { return fixed; }
  };
`)}`;

/** The date of every run here, as its folder is named: strace is told the paths before they exist. */
export const fixedDate = '2020-01-01T00-00-00';

/** Whether programs can be traced here: strace may be missing, and containers may forbid it. */
export const canTrace = (): boolean =>
  spawnSync('strace', ['-f', '-qq', '--seccomp-bpf', '-e', 'trace=fsync', 'true']).status === 0;

const traced = (flags: readonly string[], scope: Scope, args: readonly string[], env: NodeJS.ProcessEnv) =>
  spawnSync(
    'strace',
    [
      ...['-f', '-qq', '--seccomp-bpf', '-e', `trace=${scope.calls.join(',')}`],
      ...scope.paths.flatMap((path) => ['-P', path]),
      ...flags,
      ...[process.execPath, '--import', wallClock, programPath, ...args],
    ],
    { env, encoding: 'utf8', timeout: patienceMs, killSignal: 'SIGKILL' },
  );

/** How often a program makes each call. */
export const countCalls = (
  scope: Scope,
  output: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
): ReadonlyMap<string, number> => {
  traced(['-o', output], scope, args, env);
  const counts = new Map<string, number>();
  for (const [, call] of readFileSync(output, 'utf8').matchAll(/^\d+ +(\w+)\(/gm))
    counts.set(call, (counts.get(call) ?? 0) + 1);
  return counts;
};

/** Runs a program one of whose calls fails. */
export const runInjected = (
  { call, error, nth, andLater }: InjectionPoint,
  { paths }: Scope,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
) => {
  const inject = `inject=${call}:error=${error}:when=${nth}${andLater ? '+' : ''}`;
  return traced(['-o', '/dev/null', '-e', inject], { calls: [call], paths }, args, env);
};
