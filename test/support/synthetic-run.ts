import type { Experiment } from '../../src/experiment/experiment.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame, LayerFrame } from '../../src/protocol/frame.js';
import type { OwnHeader } from '../../src/protocol/header.js';
import type { SessionMessage } from '../../src/protocol/session.js';

type Options = {
  readonly m?: number;
  readonly n?: number;
  /** Teacher and student nodes of each hidden layer; one layer of m and n where it is left out. */
  readonly layers?: readonly (readonly [m: number, n: number])[];
  /** Frames of the whole run; the first one is at step 0. */
  readonly frames?: number;
  /** Frames to make, the rest of the run left out. */
  readonly until?: number;
  readonly title?: string;
};

const stepsPerFrame = 1000;

const experimentOf = (m: number, n: number): Experiment =>
  ({
    kind: 'two-layer',
    ...{ d: 20, m, n, multi: n / m, c: 10, strengthDecay: 1.5, seed: 3, precision: 'float32' },
    ...{ learningRate: 0.01, epochs: 100, stepsPerEpoch: 1000 },
  }) as Experiment;

export const syntheticHeader = ({
  m = 10,
  n = 50,
  frames = 101,
  title = 'Quick start',
  layers = [[m, n]],
}: Options): OwnHeader => ({
  type: 'header',
  formatVersion: 1,
  program: 'teachtop test',
  preset: 'quick-start',
  title,
  experiment: { ...experimentOf(m, n), epochs: frames - 1 },
  engine: { engine: 'wasm', variant: 'relaxed-simd', precision: 'float32', threads: 1 },
  frameEvery: stepsPerFrame,
  totalSteps: (frames - 1) * stepsPerFrame,
  threshold: 0.95,
  teacherStrength: layers.map(([nodes]) => Array.from({ length: nodes }, (_, j) => 4 / (j + 1) ** 1.5)),
  studentNodes: layers.map(([, nodes]) => nodes),
  startedAt: '2026-01-01T00:00:00.000Z',
});

/** A repeatable number in [0, 1) for a pair of counters. */
const noise = (a: number, b: number): number => {
  const value = Math.sin(a * 12.9898 + b * 78.233) * 43758.5453;
  return value - Math.floor(value);
};

/** Students are dealt to teachers in a scrambled order; the first of each ends as its match. */
const matchOf = (teacher: number, n: number): number => (teacher * 7 + 3) % n;

/** How far teacher node j is learned at a share of the run: strong ones early, the last tenth never. */
const learned = (teacher: number, m: number, share: number): number => {
  const middle = 0.05 + 0.9 * (teacher / m);
  const ceiling = teacher >= m * 0.9 ? 0.7 : 0.997;
  return 0.25 + (ceiling - 0.25) / (1 + Math.exp(-(share - middle) * 30));
};

const rounded = (value: number): number => Math.round(1000 * value) / 1000;

/** What a layer of m and n nodes has at every frame alike. */
const layerOf = (m: number, n: number) => {
  const pairs = <T>(value: (j: number, k: number) => T): T[][] =>
    Array.from({ length: m }, (_, j) => Array.from({ length: n }, (_, k) => value(j, k)));
  return {
    background: pairs((j, k) => 0.6 * (noise(j, k) - 0.3)),
    fanOutNorm: Array.from({ length: n }, (_, k) => noise(k, 1)),
    observability: pairs((j, k) => (noise(j, k + 9) < 0.1 ? '.' : String(Math.floor(10 * noise(k, j))))).map(
      (row) => row.join(''),
    ),
  };
};

/** Made once for each size, for the many tests that ask for it. */
const layers = new Map<string, ReturnType<typeof layerOf>>();

const layerAt = (m: number, n: number, share: number): LayerFrame => {
  const key = `${m}x${n}`;
  const layer = layers.get(key) ?? layerOf(m, n);
  layers.set(key, layer);
  const correlation = layer.background.map((row, j) => {
    const best = learned(j, m, share);
    const values = row.map((value) => rounded(value * (1 - 0.4 * share)));
    if (j === 1) values[(matchOf(j, n) + 1) % n] = rounded(best * 0.99);
    values[matchOf(j, n)] = rounded(best);
    return values;
  });
  return {
    correlation,
    bestMatchOfTeacher: correlation.map((row) => Math.max(...row)),
    bestStudentOfTeacher: correlation.map((row) => row.indexOf(Math.max(...row))),
    fanOutNorm: [...layer.fanOutNorm],
    observability: [...layer.observability],
  };
};

/** Norms that multi-layer runs have, the head's too. */
const gradientNormsOf = (layers: number, index: number): Pick<Frame, 'gradientNorms'> => {
  if (layers < 2 || index === 0) return {};
  const norms = Array.from({ length: layers + 1 }, (_, l) => 0.1 / (index + l));
  return { gradientNorms: { weights: norms, biases: norms } };
};

export const syntheticFrame = (header: OwnHeader, index: number): Frame => {
  const share = index / (header.totalSteps / stepsPerFrame);
  const loss = 10 ** (0.5 - 4.5 * share ** 0.6 + 0.1 * noise(index, 5));
  return {
    type: 'frame',
    step: index * stepsPerFrame,
    epoch: index,
    trainLoss: loss,
    evalLoss: loss * 1.4,
    batchLoss: index === 0 ? null : { minimum: loss * 0.5, mean: loss, maximum: loss * 2.5 },
    learningRate: header.experiment.learningRate,
    layers: header.studentNodes.map((n, l) => layerAt(header.teacherStrength[l].length, n, share / (l + 1))),
    ...gradientNormsOf(header.studentNodes.length, index),
    stateHash: 'synthetic',
    stepsPerSecond: 84_000,
    trainingSeconds: index * 0.012,
  };
};

const eventsBetween = (before: Frame | null, frame: Frame): RunEvent[] =>
  frame.layers.flatMap((now, layer) =>
    now.bestMatchOfTeacher.flatMap((correlation, teacher): RunEvent[] => {
      const was = before ? before.layers[layer].bestMatchOfTeacher[teacher] > 0.95 : false;
      if (was || correlation <= 0.95) return [];
      const student = now.bestStudentOfTeacher[teacher];
      return [
        {
          type: 'event',
          event: 'specialized',
          step: frame.step,
          ...{ layer, teacher, student, correlation, threshold: 0.95 },
        },
      ];
    }),
  );

/** What a session plausibly publishes: a run whose teacher nodes specialize one by one. No randomness. */
export const syntheticMessages = (options: Options = {}): SessionMessage[] => {
  const { frames = 101, until = frames } = options;
  const header = syntheticHeader(options);
  const messages: SessionMessage[] = [
    header,
    { type: 'log', state: 'recording', path: '/home/ada/runs/2026-01-01-quick-start-seed3', reason: '' },
    { type: 'status', state: 'running', step: 0 },
  ];
  let before: Frame | null = null;
  for (let index = 0; index < until; index++) {
    const frame = syntheticFrame(header, index);
    messages.push(frame, ...eventsBetween(before, frame));
    before = frame;
  }
  return messages;
};
