/**
 * Prints, as Markdown, what the dashboard costs: bytes and main-thread processor time of a displayed frame, in a real
 * pseudo-terminal, and the training steps that it takes away. Linux only. `npm run bench:ui`
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { personalEnvironment, programPath, TerminalProgram } from '../test/support/terminal-program.ts';
import { median } from './peer.ts';

const sizes = [
  [80, 24],
  [120, 40],
  [200, 60],
] as const;
/** Long enough for the engine to have compiled what runs for hours. */
const settleMs = 10_000;
const measuredMs = 8000;
const rounds = 5;
/** Begins every frame. */
const frameStart = '\u001b[?2026h';

const home = mkdtempSync(join(os.tmpdir(), 'teachtop-bench-ui-'));
const environment = personalEnvironment({
  HOME: home,
  XDG_DATA_HOME: home,
  XDG_CONFIG_HOME: home,
  TERM: 'xterm-256color',
});
const print = (line = ''): void => console.log(line);
const row = (...cells: (string | number)[]): void => print(`| ${cells.join(' | ')} |`);
const header = (...names: string[]): void => {
  row(...names);
  row(...names.map(() => '---'));
};

/** Nanoseconds that a process' main thread has had a processor. */
const mainThreadNs = (pid: number): number =>
  Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]);

/** The same of all threads that it has now. */
const allThreadsNs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`).reduce(
    (sum, task) => sum + Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]),
    0,
  );

/** Frames, bytes, and milliseconds of processor time of the main thread and of all. */
type Cost = {
  readonly frames: number;
  readonly bytes: number;
  readonly cpuMs: number;
  readonly allMs: number;
};

/** What a program that is under way writes and computes over the measured time. */
const measure = async (program: TerminalProgram): Promise<Cost> => {
  await wait(settleMs);
  const from = program.output.length;
  const [cpu, all] = [mainThreadNs(program.pid), allThreadsNs(program.pid)];
  await wait(measuredMs);
  const cpuMs = (mainThreadNs(program.pid) - cpu) / 1e6;
  const allMs = (allThreadsNs(program.pid) - all) / 1e6;
  const output = program.output.slice(from);
  return { frames: output.split(frameStart).length - 1, bytes: Buffer.byteLength(output), cpuMs, allMs };
};

/** Runs the program in a terminal of this size, brings it into a state, and measures it there. */
const costOf = async (
  [columns, rows]: readonly [number, number],
  args: readonly string[],
  bringAbout: (program: TerminalProgram) => Promise<unknown>,
): Promise<Cost> => {
  const program = new TerminalProgram(args, { columns, rows, environment });
  try {
    await bringAbout(program);
    return await measure(program);
  } finally {
    program.kill('SIGKILL');
    await program.exited;
  }
};

const endless = ['quick-start', '--epochs', '20000', '--log', join(home, 'live')];

/** Milliseconds from the start of the program to its first picture of a run, in a home without settings. */
const firstPictureMs = async (): Promise<number> => {
  const fresh = mkdtempSync(join(home, 'fresh-'));
  const folders = { HOME: fresh, XDG_DATA_HOME: fresh, XDG_CONFIG_HOME: fresh };
  const from = performance.now();
  const program = new TerminalProgram([], {
    columns: 120,
    rows: 40,
    environment: { ...environment, ...folders },
  });
  await program.waitFor(/train \d/);
  const took = performance.now() - from;
  program.kill('SIGKILL');
  await program.exited;
  return took;
};

const printFirstPicture = async (): Promise<void> => {
  const times: number[] = [];
  for (let round = 0; round < 2 * rounds; round++) times.push(await firstPictureMs());
  const shown = [Math.min(...times), median(times), Math.max(...times)].map((ms) => ms.toFixed(0));
  print(
    `First picture of a run after a first start: ${shown.join(', ')} ms (least, median, most of ${times.length}).`,
  );
};

/** Trains a run without a screen; resolves to its folder. */
const recordRun = async (name: string, args: readonly string[]): Promise<string> => {
  const folder = join(home, name);
  const child = spawn(
    process.execPath,
    [programPath, 'quick-start', '--headless', '--log', folder, ...args],
    { env: environment, stdio: 'ignore' },
  );
  await once(child, 'exit');
  return join(folder, readdirSync(folder).sort().at(-1) ?? '');
};

const states = (recorded: string) =>
  [
    ['training', endless, (program: TerminalProgram) => program.waitFor(/epoch +\d/)],
    [
      'paused',
      endless,
      async (program: TerminalProgram) => {
        await program.waitFor(/epoch +\d/);
        program.press(' ');
        await program.waitFor(/PAUSED/);
      },
    ],
    [
      'replay',
      ['watch', recorded],
      async (program: TerminalProgram) => {
        await program.waitFor(/space (play|stop)/);
        program.press(' ');
      },
    ],
  ] as const;

const printFrameCosts = async (): Promise<void> => {
  const recorded = await recordRun('recorded', ['--epochs', '2000']);
  header(
    'size',
    'state',
    'frames/s',
    'bytes a frame',
    'main-thread CPU ms a frame',
    'main-thread CPU',
    'of all threads',
  );
  for (const size of sizes)
    for (const [state, args, bringAbout] of states(recorded)) {
      const { frames, bytes, cpuMs, allMs } = await costOf(size, args, bringAbout);
      const each = (value: number, digits: number): string =>
        frames === 0 ? '-' : (value / frames).toFixed(digits);
      row(
        size.join('x'),
        state,
        ((1000 * frames) / measuredMs).toFixed(1),
        frames === 0 ? `- (${bytes} in all)` : each(bytes, 0),
        each(cpuMs, 2),
        `${((100 * cpuMs) / measuredMs).toFixed(1)} %`,
        `${((100 * cpuMs) / allMs).toFixed(1)} %`,
      );
    }
};

/** Seconds of training after which a program has compiled what runs for hours. */
const settledSeconds = 5;

/** Steps a second by the frames of the only log in a folder, less its first seconds. */
const stepsPerSecond = (folder: string): number => {
  const [run] = readdirSync(folder);
  const lines = readFileSync(join(folder, run, 'frames.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  const frames = lines.filter((line) => line.startsWith('{"type":"frame"')).map((line) => JSON.parse(line));
  const from = frames.find(({ trainingSeconds }) => trainingSeconds >= settledSeconds);
  const last = frames.at(-1);
  return (last.step - from.step) / (last.trainingSeconds - from.trainingSeconds);
};

const trained = ['quick-start', '--epochs', '4000'];

const shownRate = async (folder: string): Promise<number> => {
  const program = new TerminalProgram([...trained, '--log', folder], { columns: 120, rows: 40, environment });
  await program.waitFor(/DONE/);
  program.press('q');
  await program.exited;
  return stepsPerSecond(folder);
};

/** In a session of its own, as a program in a terminal is: the kernel shares processors out by session. */
const headlessRate = async (folder: string): Promise<number> => {
  const child = spawn(process.execPath, [programPath, ...trained, '--headless', '--log', folder], {
    env: environment,
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'exit');
  return stepsPerSecond(folder);
};

const burners = (count: number): ChildProcess[] =>
  Array.from({ length: count }, () => spawn(process.execPath, ['-e', 'for (;;);'], { stdio: 'ignore' }));

/** Both ways in turns, the order changing, so that both see the same machine. */
const printTrainingCost = async (): Promise<void> => {
  header(
    'other programs',
    'headless steps/s',
    'dashboard steps/s',
    'dashboard / headless, by pair: least, median, most',
  );
  for (const busy of [0, os.availableParallelism()]) {
    const others = burners(busy);
    const pairs: [number, number][] = [];
    for (let round = 0; round < rounds; round++) {
      const folder = (mode: string): string => join(home, `${mode}-${busy}-${round}`);
      const first = round % 2 === 0 ? await headlessRate(folder('headless')) : null;
      const shown = await shownRate(folder('dashboard'));
      pairs.push([first ?? (await headlessRate(folder('headless'))), shown]);
    }
    for (const other of others) other.kill('SIGKILL');
    const ratios = pairs.map(([headless, shown]) => shown / headless).sort((a, b) => a - b);
    const rate = (at: 0 | 1): string =>
      Math.round(median(pairs.map((pair) => pair[at]))).toLocaleString('en');
    row(
      busy === 0 ? 'none' : `${busy}, all cores busy`,
      rate(0),
      rate(1),
      [ratios[0], median(ratios), ratios[ratios.length - 1]].map((ratio) => ratio.toFixed(3)).join(', '),
    );
  }
};

try {
  const [cpu] = os.cpus();
  print(`${cpu?.model ?? 'unknown'}, ${os.availableParallelism()} cores, Node ${process.versions.node}.`);
  print();
  await printFirstPicture();
  print();
  await printFrameCosts();
  print();
  await printTrainingCost();
} finally {
  rmSync(home, { recursive: true, force: true });
}
