/**
 * Prints, as Markdown, what a step costs in the kernels and in their peers, measured in turns in this one run:
 * medians and ratios. Then what evaluation and the frame log cost. `npm run bench`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Engine, Precision } from '../src/engine/engine.js';
import { createWasmEngine } from '../src/engine/wasm/wasm.js';
import { resolveFrameEvery } from '../src/experiment/cadence.js';
import { resolveExperiment } from '../src/experiment/draft.js';
import { logLine } from '../src/log/log-file.js';
import { LogWriter } from '../src/log/log-writer.js';
import { prepareRun } from '../src/problem/prepare.js';
import type { Frame } from '../src/protocol/frame.js';
import type { Header } from '../src/protocol/header.js';
import { Run } from '../src/run/run.js';
import { measurePeak } from './peak.ts';
import { flopsPerStep, measureInTurns, median, type Peer, rounds, type Size, timed } from './peer.ts';
import { pythonLibrary, pythonPeer } from './peers/python-loop.ts';
import { tfjsPeer } from './peers/tfjs-loop.ts';

const sizes: readonly Size[] = [
  { widths: [20, 50, 10], batch: 16 },
  { widths: [100, 10, 50], batch: 16 },
  { widths: [100, 100, 50], batch: 16 },
  { widths: [100, 200, 50], batch: 16 },
];

/** The paper's multi-layer student at this over-realization. */
const teacherWidths = [50, 75, 100, 125];
const overRealizations = [2, 10] as const;
const deepSize = (multi: number): Size => ({
  widths: [20, ...teacherWidths.map((units) => multi * units), 100],
  batch: 64,
});

const print = (line = ''): void => console.log(line);
const row = (...cells: (string | number)[]): void => print(`| ${cells.join(' | ')} |`);
const header = (...names: string[]): void => {
  row(...names);
  row(...names.map(() => '---'));
};

const experimentOf = ({ widths: [d, n, c], batch }: Size, precision: Precision) =>
  resolveExperiment({ d, n, c, m: Math.min(10, n), batchSize: batch, precision }, 'bench');

const deepExperimentOf = (multi: number, precision: Precision) =>
  resolveExperiment({ kind: 'multi-layer', multi, precision, trainSize: 10_000, evalSize: 1000 }, 'bench');

const enginePeer = async (size: Size, precision: Precision, strict: boolean): Promise<Peer> => {
  const { problem } = prepareRun(experimentOf(size, precision));
  const engine = await createWasmEngine(problem, { precision, strict });
  return {
    name: `teachtop ${precision}${strict ? ' --strict' : ''}`,
    seconds: (steps) => timed(() => engine.train(steps)),
    close: () => engine.dispose(),
  };
};

const deepPeer = async (multi: number, precision: Precision, threads: number): Promise<Peer> => {
  const { problem } = prepareRun(deepExperimentOf(multi, precision));
  const engine = await createWasmEngine(problem, { precision, strict: false, threads });
  return {
    name: `teachtop ${precision}, ${threads === 1 ? '1 thread' : `${threads} threads`}`,
    seconds: (steps) => timed(() => engine.train(steps)),
    close: () => engine.dispose(),
  };
};

const python = (['torch', 'numpy'] as const).filter((library) => pythonLibrary(library) !== null);

const pythonPeers = (size: Size): Promise<Peer[]> =>
  Promise.all(
    python.flatMap((library) =>
      (['float32', 'float64'] as const).map((precision) => pythonPeer(library, size, precision)),
    ),
  );

const peersOf = async (size: Size): Promise<Peer[]> => [
  await enginePeer(size, 'float32', false),
  await enginePeer(size, 'float32', true),
  await enginePeer(size, 'float64', false),
  await tfjsPeer('wasm', size),
  await tfjsPeer('cpu', size),
  ...(await pythonPeers(size)),
];

/** The cpu backend of tfjs would take seconds a step at these sizes. */
const deepPeersOf = async (multi: number): Promise<Peer[]> => [
  await deepPeer(multi, 'float32', 1),
  await deepPeer(multi, 'float32', 2),
  await deepPeer(multi, 'float64', 1),
  await deepPeer(multi, 'float64', 2),
  await tfjsPeer('wasm', deepSize(multi)),
  ...(await pythonPeers(deepSize(multi))),
];

type Row = { readonly size: Size; readonly peers: () => Promise<Peer[]> };

/** `ours`: the names of the loops, float32 and float64, that the others are compared with. */
const printSteps = async (
  peak: number,
  label: string,
  rows: readonly Row[],
  ours: readonly [string, string],
): Promise<void> => {
  header(
    label,
    'loop',
    'µs a step',
    'steps/s',
    'GFLOP/s',
    'of peak',
    `${ours[0]} is faster by`,
    `${ours[1]} is faster by`,
  );
  for (const { size, peers: start } of rows) {
    const peers = await start();
    const micros = await measureInTurns(peers);
    for (const peer of peers) peer.close();
    const [float32, float64] = ours.map((name) => micros.get(name) ?? Number.NaN);
    for (const [name, time] of micros) {
      const rate = flopsPerStep(size) / time / 1e3;
      const isOurs = name.startsWith('teachtop');
      row(
        size.widths.join(', '),
        name,
        time.toFixed(1),
        Math.round(1e6 / time).toLocaleString('en'),
        rate.toFixed(1),
        isOurs ? `${((100 * rate) / (name.includes('64') ? peak / 2 : peak)).toFixed(0)} %` : '',
        `${(time / float32).toFixed(1)}x`,
        `${(time / float64).toFixed(1)}x`,
      );
    }
  }
};

const repeat = (count: number, action: () => void): number =>
  1000 * median(Array.from({ length: count }, () => timed(action)));

/**
 * Milliseconds of training and of a frame, at the default cadence, on the worker's thread; and of what a frame is
 * made of: an evaluation with its matrices, beside the bare forward pass that gives the loss alone.
 */
const frameCost = async (size: Size) => {
  const experiment = experimentOf(size, 'float32');
  const prepared = prepareRun(experiment);
  const engine: Engine = await createWasmEngine(prepared.problem, { precision: 'float32', strict: false });
  const frameEvery = resolveFrameEvery(experiment);
  const identity = { program: 'bench', preset: 'bench', title: 'bench', startedAt: new Date().toISOString() };
  const run = new Run({
    identity,
    experiment,
    engine,
    prepared,
    threshold: 0.95,
    clock: () => performance.now(),
    publish: () => undefined,
  });
  engine.train(frameEvery);
  const training = repeat(5, () => engine.train(frameEvery));
  const frame = repeat(5, () => run.frame());
  const evaluation = repeat(15, () => engine.evaluate('eval'));
  const forward = repeat(15, () => engine.loss('eval'));
  return { frameEvery, training, frame, evaluation, forward, header: run.header, sample: run.frame() };
};

const logCost = (runHeader: Header, frame: Frame): { bytes: number; ms: number } => {
  const folder = mkdtempSync(join(os.tmpdir(), 'teachtop-bench-'));
  const writer = new LogWriter(folder, runHeader, () => undefined);
  writer.start();
  const ms = repeat(50, () => writer.write(frame));
  writer.close();
  rmSync(folder, { recursive: true });
  return { bytes: Buffer.byteLength(logLine(frame)), ms };
};

const printFrames = async (): Promise<void> => {
  header(
    'd, n, c',
    'steps between frames',
    'training, ms',
    'frame, ms',
    "frame's share of the worker",
    'evaluation of 10,000 samples, ms',
    'in forward passes',
    'log line, KB',
    'log line on the main thread, ms',
  );
  for (const size of sizes) {
    const {
      frameEvery,
      training,
      frame,
      evaluation,
      forward,
      header: runHeader,
      sample,
    } = await frameCost(size);
    const { bytes, ms } = logCost(runHeader, sample);
    row(
      size.widths.join(', '),
      frameEvery,
      training.toFixed(1),
      frame.toFixed(1),
      `${((100 * frame) / (frame + training)).toFixed(0)} %`,
      evaluation.toFixed(1),
      (evaluation / forward).toFixed(2),
      (bytes / 1000).toFixed(1),
      ms.toFixed(2),
    );
  }
};

/** What an evaluation with its matrices costs, beside the bare forward pass that gives the loss alone. */
const printDeepEvaluations = async (): Promise<void> => {
  header('multi-layer student', 'threads', 'evaluation of 1,000 samples in float32, ms', 'in forward passes');
  for (const multi of overRealizations)
    for (const threads of [1, 2]) {
      const { problem } = prepareRun(deepExperimentOf(multi, 'float32'));
      const engine = await createWasmEngine(problem, { precision: 'float32', strict: false, threads });
      const evaluation = repeat(15, () => engine.evaluate('eval'));
      const forward = repeat(15, () => engine.loss('eval'));
      engine.dispose();
      row(
        deepSize(multi).widths.join(', '),
        threads,
        evaluation.toFixed(1),
        (evaluation / forward).toFixed(2),
      );
    }
};

const peak = await measurePeak();
print(
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}; one thread each unless said, medians of ${rounds} rounds in turns.`,
);
print(
  `Multiply-add peak of one thread in WebAssembly: ${peak.toFixed(0)} GFLOP/s in float32, half of that in float64.`,
);
print(
  `PyTorch: ${pythonLibrary('torch') ?? 'not installed here, left out'}; NumPy: ${pythonLibrary('numpy') ?? 'not installed here, left out'}.`,
);
print();
await printSteps(
  peak,
  'd, n, c; batch 16',
  sizes.map((size) => ({ size, peers: () => peersOf(size) })),
  ['teachtop float32', 'teachtop float64'],
);
print();
await printSteps(
  peak,
  'multi-layer student; batch 64',
  overRealizations.map((multi) => ({ size: deepSize(multi), peers: () => deepPeersOf(multi) })),
  ['teachtop float32, 1 thread', 'teachtop float64, 1 thread'],
);
print();
await printDeepEvaluations();
print();
await printFrames();
