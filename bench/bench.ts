/**
 * Prints, as Markdown, what a step costs in the kernels and in their peers, measured in turns in this one run:
 * medians and ratios. Then what evaluation and the frame log cost. `npm run bench`
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import type { Engine, Precision } from '../src/engine/engine.js';
import { createTfjsEngine } from '../src/engine/tfjs/tfjs-engine.js';
import { createWasmEngine } from '../src/engine/wasm/wasm.js';
import { resolveFrameEvery } from '../src/experiment/cadence.js';
import { applyOptions, completeExperiment, resolveExperiment } from '../src/experiment/draft.js';
import type { Experiment } from '../src/experiment/experiment.js';
import { hiddenShapes } from '../src/experiment/layer-shapes.js';
import { loadPreset } from '../src/experiment/preset.js';
import { logLine } from '../src/log/log-file.js';
import { LogWriter } from '../src/log/log-writer.js';
import { prepareRun } from '../src/problem/prepare.js';
import type { Frame } from '../src/protocol/frame.js';
import type { Header } from '../src/protocol/header.js';
import { Run } from '../src/run/run.js';
import { measurePeaks } from './peak.ts';
import {
  flopsPerStep,
  measureInTurns,
  median,
  type Peer,
  pairedRatio,
  rounds,
  type Size,
  spent,
  timed,
} from './peer.ts';
import { libraryName, pythonLibraries, pythonPeer } from './peers/python-loop.ts';
import { tfjsPeers, tfjsVersions } from './peers/tfjs-loop.ts';

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

const closingPeer = (name: string, engine: Engine, measure: typeof spent): Peer => ({
  name,
  seconds: (steps) => measure(() => engine.train(steps)),
  close: () => engine.dispose(),
});

const enginePeer = async (experiment: Experiment, precision: Precision, strict: boolean): Promise<Peer> => {
  const { problem } = prepareRun(experiment);
  const engine = await createWasmEngine(problem, { precision, strict, threads: 1 });
  return closingPeer(`teachtop ${precision}${strict ? ' --strict' : ''}`, engine, spent);
};

const torches = pythonLibraries('torch');
const numpys = pythonLibraries('numpy');

const pythonPeers = ({ widths, batch }: Size): Promise<Peer[]> =>
  Promise.all(
    [...torches, ...numpys].flatMap((found) =>
      (['float32', 'float64'] as const).map((precision) =>
        pythonPeer(found, precision, 'loop.py', [found.library, widths.join('-'), String(batch), precision]),
      ),
    ),
  );

const peersOf = async (size: Size, experimentIn: (precision: Precision) => Experiment): Promise<Peer[]> => [
  await enginePeer(experimentIn('float32'), 'float32', false),
  await enginePeer(experimentIn('float32'), 'float32', true),
  await enginePeer(experimentIn('float64'), 'float64', false),
  ...(await tfjsPeers(size)),
  ...(await pythonPeers(size)),
];

type Peaks = Awaited<ReturnType<typeof measurePeaks>>;

const share = (rate: number, peak: number): string => `${((100 * rate) / peak).toFixed(0)} %`;

const printSteps = async (peaks: Peaks): Promise<void> => {
  header(
    'student; batch',
    'loop',
    'µs a step',
    'GFLOP/s',
    'of the peak in 128 bits',
    'in 256 bits',
    'teachtop float32 is faster by',
    'teachtop float64 is faster by',
  );
  const rows = [
    ...sizes.map((size) => ({ size, of: (precision: Precision) => experimentOf(size, precision) })),
    ...overRealizations.map((multi) => ({
      size: deepSize(multi),
      of: (precision: Precision) => deepExperimentOf(multi, precision),
    })),
  ];
  for (const { size, of } of rows) {
    const peers = await peersOf(size, of);
    const times = await measureInTurns(peers);
    for (const peer of peers) peer.close();
    const ours = ['teachtop float32', 'teachtop float64'].map((name) => times.get(name) ?? []);
    for (const [name, micros] of times) {
      const rate = flopsPerStep(size) / median(micros) / 1e3;
      const factor = name.includes('64') ? 0.5 : 1;
      row(
        `${size.widths.join(', ')}; ${size.batch}`,
        name,
        median(micros).toFixed(1),
        rate.toFixed(1),
        share(rate, factor * peaks.narrow),
        share(rate, factor * peaks.wide),
        ...ours.map((own) => `${pairedRatio(micros, own).toFixed(2)}x`),
      );
    }
  }
};

const settleSeconds = 1;

/** Two threads beside one, on the clock: what they gain depends on whether both cores are free. */
const printThreads = async (): Promise<void> => {
  header('student; batch', 'precision', 'one thread, µs on the clock', 'two threads', 'faster by');
  for (const multi of overRealizations)
    for (const precision of ['float32', 'float64'] as const) {
      const peers: Peer[] = [];
      for (const threads of [1, 2]) {
        const { problem } = prepareRun(deepExperimentOf(multi, precision));
        peers.push(
          closingPeer(
            `${threads}`,
            await createWasmEngine(problem, { precision, strict: false, threads }),
            timed,
          ),
        );
      }
      // Until the second engine has found out whether its team is faster than one thread.
      for (let settled = 0; settled < settleSeconds; ) settled += await peers[1].seconds(1);
      const [one, two] = [...(await measureInTurns(peers)).values()];
      for (const peer of peers) peer.close();
      const { widths, batch } = deepSize(multi);
      const cells = [median(one).toFixed(0), median(two).toFixed(0), `${pairedRatio(one, two).toFixed(2)}x`];
      row(`${widths.join(', ')}; ${batch}`, precision, ...cells);
    }
};

/** What batch norm adds at the size of the paper's multi-layer student, and presets that are no plain ReLU students. */
const printPresets = async (): Promise<void> => {
  header('experiment', 'loop', 'µs a step', 'steps/s', 'teachtop is faster by');
  const plain = deepExperimentOf(overRealizations[0], 'float32');
  const normed = resolveExperiment(
    { kind: 'multi-layer', multi: overRealizations[0], batchNorm: true, trainSize: 10_000, evalSize: 1000 },
    'bench',
  );
  const twice = [
    await enginePeer(plain, 'float32', false),
    { ...(await enginePeer(normed, 'float32', false)), name: 'the same with batch norm' },
  ];
  await printPeers('multi-layer student at 2x', twice);
  for (const name of ['deep-batch-norm', 'deep-images']) await printPeers(name, await presetPeers(name));
  for (const [n, batchSize] of committees)
    await printPeers(`committee-erf, n=${n}, batch ${batchSize}`, await committeePeers(n, batchSize));
};

/** Student nodes and samples of a step: the preset's own, and some that leave a library more to compute than to start. */
const committees = [
  [2, 1],
  [20, 16],
] as const;

const committeePeers = async (n: number, batchSize: number): Promise<Peer[]> => {
  const experiment = completeExperiment(
    applyOptions(loadPreset('committee-erf').draft, { n, batchSize }, 'bench'),
  );
  const { d, trainSize: samples, learningRate: rate } = experiment;
  const script = [
    'committee_loop.py',
    [JSON.stringify({ d, n, batch: batchSize, samples, rate }), 'float32'],
  ] as const;
  return [
    await enginePeer(experiment, 'float32', false),
    ...(await Promise.all(torches.map((found) => pythonPeer(found, 'float32', ...script)))),
  ];
};

const printPeers = async (label: string, peers: readonly Peer[]): Promise<void> => {
  const times = await measureInTurns(peers);
  for (const peer of peers) peer.close();
  const [own] = [...times.values()];
  for (const [name, micros] of times) {
    const time = median(micros);
    const ratio = `${pairedRatio(micros, own).toFixed(2)}x`;
    row(label, name, time.toFixed(1), Math.round(1e6 / time).toLocaleString('en'), ratio);
  }
};

const presetPeers = async (name: string): Promise<Peer[]> => {
  const experiment = completeExperiment(loadPreset(name).draft);
  if (experiment.kind !== 'multi-layer') throw new Error(`${name} is no experiment of several layers`);
  const {
    image,
    d,
    c: outputs,
    batchNorm,
    batchNormAffine: affine,
    batchSize: batch,
    learningRate: rate,
  } = experiment;
  const spec = {
    ...(image ?? { channels: d, side: 1 }),
    hidden: hiddenShapes(experiment).map(({ students }) => students),
    outputs,
    batchNorm,
    affine,
    batch,
    samples: experiment.trainSize,
    rate,
  };
  const { problem } = prepareRun(experiment);
  const tfjs = await createTfjsEngine(problem, { precision: 'float32', strict: false });
  const script = ['preset_loop.py', [JSON.stringify(spec), 'float32']] as const;
  return [
    await enginePeer(experiment, 'float32', false),
    closingPeer(`teachtop on tfjs ${tfjs.description.variant}`, tfjs, spent),
    ...(await Promise.all(torches.map((found) => pythonPeer(found, 'float32', ...script)))),
  ];
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
  const writer = new LogWriter(
    () => folder,
    runHeader,
    () => undefined,
  );
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

const peaks = await measurePeaks();
const versions = (found: readonly Parameters<typeof libraryName>[0][], name: string): string =>
  found.length === 0
    ? `${name}: no interpreter here can import it, left out`
    : found.map(libraryName).join(', ');
print(
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}; one thread each, processor time, ` +
    `medians of ${rounds} rounds in turns, ratios of each round. Load of the machine at the start: ${os.loadavg()[0].toFixed(1)}.`,
);
print(
  `Multiply-add peak of one thread in WebAssembly, float32: ${peaks.narrow.toFixed(0)} GFLOP/s in vectors of 128 bits, ` +
    `${peaks.wide.toFixed(0)} in 256; half of that in float64.`,
);
print(`${versions(torches, 'PyTorch')}; ${versions(numpys, 'NumPy')}; ${tfjsVersions()}.`);
print();
await printSteps(peaks);
print();
await printThreads();
print();
await printPresets();
print();
await printDeepEvaluations();
print();
await printFrames();
