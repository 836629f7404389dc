/**
 * Prints, as Markdown, what a step of the tfjs engine costs on native TensorFlow and on WebAssembly, in turns in this one
 * run: medians of processor time and of the ratios of each round; and on which of them the engine trains by itself. In
 * need of native TensorFlow (`npm run native-tensorflow`). `npm run bench:backends`, with names of presets for those alone.
 */
import os from 'node:os';
import { flopsPerStep } from '../src/engine/step-cost.js';
import { backendRule, backendsFor } from '../src/engine/tfjs/backend-order.js';
import { createTfjsEngine } from '../src/engine/tfjs/tfjs-engine.js';
import { completeExperiment, resolveExperiment } from '../src/experiment/draft.js';
import type { Experiment } from '../src/experiment/experiment.js';
import { hiddenShapes } from '../src/experiment/layer-shapes.js';
import { listPresets, loadPreset } from '../src/experiment/preset.js';
import { loadExperimentFiles } from '../src/files/index.js';
import { prepareRun } from '../src/problem/prepare.js';
import { measureInTurns, median, type Peer, pairedRatio, rounds, spent } from './peer.ts';

// TensorFlow tells its processor's instructions otherwise.
process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';

const twoLayer = (d: number, n: number, c: number, batchSize = 16) => ({ d, m: 10, n, c, batchSize });
const deep = (multi: number, batchNorm: boolean) => ({ kind: 'multi-layer', multi, batchNorm });
/** The preset deep-images in other batches. */
const images = (batchSize: number, batchNorm = false) => ({
  kind: 'multi-layer',
  convolutional: true,
  imageSide: 8,
  hidden: [3, 4],
  multi: 3,
  c: 10,
  batchSize,
  batchNorm,
});

/** Beside the presets: the benchmark's sizes, and those between which the rule decides. */
const sizes: readonly object[] = [
  twoLayer(20, 50, 10),
  twoLayer(100, 10, 50),
  twoLayer(100, 100, 50),
  twoLayer(100, 200, 50),
  twoLayer(100, 200, 50, 64),
  twoLayer(100, 200, 50, 256),
  twoLayer(100, 1000, 50),
  ...[1, 2, 3, 10].flatMap((multi) => [deep(multi, false), deep(multi, true)]),
  ...[4, 64, 256].map((batchSize) => images(batchSize)),
  images(64, true),
];

/** Data do not change what a step costs. */
const few = { trainSize: 2000, evalSize: 16 };

const presetNamed = (name: string): Experiment => {
  const { draft } = loadPreset(name);
  return completeExperiment(draft);
};

const traits = (experiment: Experiment): string => {
  const { kind, d, c, batchSize } = experiment;
  const widths = [d, ...hiddenShapes(experiment).map(({ students }) => students), c].join('-');
  const deepTraits =
    kind === 'multi-layer'
      ? [experiment.batchNorm && 'batch norm', experiment.convolutional && 'convolutions']
      : [];
  return [`${widths}; ${batchSize}`, ...deepTraits].filter(Boolean).join(', ');
};

const printRow = (...cells: (string | number)[]): void => console.log(`| ${cells.join(' | ')} |`);

const compare = async (title: string, experiment: Experiment): Promise<void> => {
  const { problem } = prepareRun(experiment, loadExperimentFiles(experiment, null));
  // tfjs has no Langevin noise.
  if (problem.rule.temperature !== 0) return;
  const peers: Peer[] = [];
  for (const backend of ['tensorflow', 'wasm'] as const) {
    const engine = await createTfjsEngine(problem, { precision: 'float32', backend });
    peers.push({
      name: backend,
      seconds: (steps) => spent(() => engine.train(steps)),
      close: () => engine.dispose(),
    });
  }
  const [native, wasm] = [...(await measureInTurns(peers)).values()];
  for (const peer of peers) peer.close();
  const layers = problem.student.hidden.length + 1;
  const cells = [
    (flopsPerStep(problem) / 1e6 / layers).toFixed(2),
    median(native).toFixed(0),
    median(wasm).toFixed(0),
  ];
  printRow(
    title,
    traits(experiment),
    ...cells,
    pairedRatio(wasm, native).toFixed(2),
    backendsFor(problem)[0],
  );
};

console.log(
  `${os.cpus()[0]?.model.trim()}, ${os.cpus().length} cores, Node ${process.versions.node}; processor time of all threads, medians of ` +
    `${rounds} rounds in turns, ratios of each round. Load of the machine at the start: ${os.loadavg()[0].toFixed(1)}.`,
);
console.log(`The rule: ${backendRule}.\n`);
printRow(
  'experiment',
  'student; batch',
  'MFLOP a step and layer',
  'tensorflow, µs a step',
  'wasm, µs a step',
  'tensorflow is faster by',
  'chosen',
);
printRow(...Array.from({ length: 7 }, () => '---'));
const asked = process.argv.slice(2);
for (const name of asked.length > 0 ? asked : listPresets().map((preset) => preset.name))
  await compare(name, presetNamed(name));
if (asked.length === 0)
  for (const size of sizes) await compare('', resolveExperiment({ ...size, ...few }, 'bench'));
