/**
 * Prints, as Markdown, what a sweep costs beside its bare steps, how two workers compare with one, and how long the
 * paper's whole sweep takes at the measured rates. `npm run bench:sweep`
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWasmEngine } from '../src/engine/wasm/wasm.js';
import type { Experiment } from '../src/experiment/experiment.js';
import { hiddenShapes } from '../src/experiment/layer-shapes.js';
import { prepareRun } from '../src/problem/prepare.js';
import { expandSweep, type SweepRun } from '../src/sweep/expand.js';
import { loadSweep } from '../src/sweep/sweep-file.js';
import { measureInTurns, median, type Peer, spent, timed } from './peer.ts';
import { libraryName, pythonLibraries, pythonPeer } from './peers/python-loop.ts';

const print = (line = ''): void => console.log(line);
const row = (...cells: (string | number)[]): void => print(`| ${cells.join(' | ')} |`);

const program = join(import.meta.dirname, '..', 'dist', 'cli.js');
const folder = mkdtempSync(join(tmpdir(), 'teachtop-bench-sweep-'));

/** The cell that is measured whole: the paper's m=10, p=1 at 10x. */
const measuredCell = { m: 10, strengthDecay: 1, multi: 10 };
const seeds = 4;
const rounds = 3;

const cellFile = (): string => {
  const { file } = loadSweep('paper');
  const grid = Object.fromEntries(Object.entries(measuredCell).map(([key, value]) => [key, [value]]));
  const path = join(folder, 'cell.json');
  writeFileSync(path, JSON.stringify({ ...file, grid, seeds: { first: 1, count: seeds } }));
  return path;
};

/** Seconds of processor time of the programs that this one has started and that have ended. Linux only: proc(5), cutime and cstime. */
const childrenSeconds = (): number => {
  const fields = readFileSync('/proc/self/stat', 'utf8').replace(/.*\) /, '').split(' ');
  const ticksPerSecond = 100;
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
};

/** What the program takes for the cell, start and end included, in seconds of processor time and on the clock. */
const sweepSeconds = (path: string, workers: number, round: number) => {
  const out = join(folder, `out-${workers}-${round}`);
  const args = [program, 'sweep', path, '--out', out, '--workers', String(workers)];
  const before = childrenSeconds();
  const clock = timed(() => execFileSync(process.execPath, args, { stdio: 'ignore' }));
  const processor = childrenSeconds() - before;
  if (readFileSync(join(out, 'results.jsonl'), 'utf8').trimEnd().split('\n').length !== seeds)
    throw new Error('the sweep has not made all its results');
  return { clock, processor };
};

/** Processor seconds that the bare steps of one run of the cell take. */
const shapeOf = (experiment: Experiment): string =>
  `m=${hiddenShapes(experiment)[0].teachers}, ${experiment.multi}x`;

const bareSeconds = async (experiment: Experiment): Promise<number> => {
  const { problem } = prepareRun(experiment);
  const engine = await createWasmEngine(problem, { precision: experiment.precision, strict: false });
  engine.train(1000);
  return spent(() => engine.train(experiment.epochs * experiment.stepsPerEpoch));
};

const runPeer = async (experiment: Experiment): Promise<Peer> => {
  const { problem } = prepareRun(experiment);
  const engine = await createWasmEngine(problem, { precision: experiment.precision, strict: false });
  const name = shapeOf(experiment);
  return { name, seconds: (steps) => spent(() => engine.train(steps)), close: () => engine.dispose() };
};

const measureCell = async (): Promise<number> => {
  const path = cellFile();
  const [run] = expandSweep(loadSweep(path));
  const overheads: number[] = [];
  const gains: number[] = [];
  const bareSamples: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const bare = seeds * (await bareSeconds(run.experiment));
    const one = sweepSeconds(path, 1, round);
    const two = sweepSeconds(path, 2, round);
    bareSamples.push(bare);
    overheads.push(one.processor / bare);
    gains.push(one.clock / two.clock);
  }
  const overhead = median(overheads);
  const text = Object.entries(measuredCell).map(([key, value]) => `${key}=${value}`);
  print(
    `One cell of the paper's sweep, ${text.join(', ')}, ${seeds} seeds of 100,000 steps; medians of ${rounds} in turns. Load of the ` +
      `machine at the end: ${os.loadavg()[0].toFixed(1)}.`,
  );
  print();
  row('', '');
  row('---', '---');
  row('bare steps of all seeds, seconds of processor time', median(bareSamples).toFixed(1));
  row('sweep, one worker, over them', `${(100 * (overhead - 1)).toFixed(0)} %`);
  row('sweep, two workers, on the clock', `${median(gains).toFixed(2)} times one worker`);
  return overhead;
};

/** One run of each shape of the paper's sweep. */
const shapes = (): Map<string, SweepRun[]> =>
  Map.groupBy(expandSweep(loadSweep('paper')), ({ experiment }) => shapeOf(experiment));

const planPaper = async (overhead: number): Promise<void> => {
  const groups = [...shapes().values()];
  const peers = await Promise.all(groups.map(([run]) => runPeer(run.experiment)));
  const micros = await measureInTurns(peers);
  const [library] = [...pythonLibraries('torch'), ...pythonLibraries('numpy')];
  print();
  row(
    'shape',
    'runs',
    'µs a step',
    ...(library ? [`${libraryName(library)} µs a step`, 'ratio'] : []),
    'hours on one core',
  );
  row('---', '---', '---', ...(library ? ['---', '---'] : []), '---');
  let hours = 0;
  for (const [at, runs] of groups.entries()) {
    const [{ experiment }] = runs;
    const { d, c, batchSize, epochs, stepsPerEpoch } = experiment;
    const [{ students: n }] = hiddenShapes(experiment);
    const ours = median(micros.get(peers[at].name) ?? []);
    const cost = (runs.length * epochs * stepsPerEpoch * ours) / 3.6e9;
    hours += cost;
    const cells: string[] = [];
    if (library) {
      const args = [library.library, [d, n, c].join('-'), String(batchSize), 'float32'];
      const other = await pythonPeer(library, 'float32', 'loop.py', args);
      const theirs = median([...(await measureInTurns([other])).values()][0]);
      other.close();
      cells.push(theirs.toFixed(1), `${(theirs / ours).toFixed(1)}x`);
    }
    row(shapeOf(experiment), runs.length, ours.toFixed(1), ...cells, cost.toFixed(2));
  }
  const runs = groups.reduce((sum, group) => sum + group.length, 0);
  print();
  print(
    `The paper's whole sweep, ${runs} runs: ${hours.toFixed(1)} hours of bare steps on one core; with the overhead measured above ` +
      `${((hours * overhead) / 2).toFixed(1)} hours on two.`,
  );
};

print(
  `${os.cpus()[0]?.model ?? 'unknown'}, ${os.availableParallelism()} cores, Node ${process.versions.node}.`,
);
print();
const overhead = await measureCell();
await planPaper(overhead);
rmSync(folder, { recursive: true });
