import { specializedSince } from './figures/run-figure.js';
import { decayLabel, multiLabel, type SummarizedGroup } from './figures/sweep-figure.js';
import type { RunInput } from './inputs.js';
import type { Rate } from './statistics.js';
import type { CellSummary, SuccessCurve } from './summary.js';

/** Cells of text; HTML and Markdown are made from the same tables. */
export type Table = {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Many columns: on the page their cells may take two lines. */
  readonly dense?: boolean;
};

const missing = '–';

const fixed = (value: number, digits: number): string =>
  Number.isFinite(value) ? value.toFixed(digits).replace('-', '−') : missing;

const withSpread = (value: number, deviation: number, digits: number): string =>
  Number.isFinite(deviation) ? `${fixed(value, digits)} ± ${fixed(deviation, digits)}` : fixed(value, digits);

/** "0.75 [0.41, 0.93]": a share with its 95 % interval. */
export const rateText = ({ share, low, high }: Rate): string =>
  Number.isFinite(share) ? `${share.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]` : missing;

/** Mean number of recovered teacher nodes. */
const recovered = (curve: SuccessCurve | null): string =>
  curve === null
    ? missing
    : fixed(
        curve.rates.reduce((sum, { share }) => sum + share, 0),
        2,
      );

const cellName = ({ cell }: CellSummary): string[] => [
  String(cell.experiment.m),
  decayLabel(cell.strengthDecay).slice(4),
  multiLabel(cell.multi),
  String(cell.experiment.n),
];

const runCounts = ({ done, diverged, unfinished }: CellSummary): string[] =>
  [done, diverged, unfinished].map(String);

const weakest = ({ last }: CellSummary): string => {
  const rate = last?.rates.at(-1);
  return rate === undefined ? missing : rateText(rate);
};

const summaryRow = (summary: CellSummary): string[] => {
  const { early, last, loss } = summary;
  const end = loss.at(-1);
  return [
    ...cellName(summary),
    ...runCounts(summary),
    early === null ? missing : `${recovered(early)} (epoch ${early.epoch})`,
    recovered(last),
    weakest(summary),
    end === undefined ? missing : withSpread(end.mean, end.deviation, 2),
  ];
};

const cellHead = ['m', 'p', 'multi', 'n'];

/** A row for each cell: runs, recovered teacher nodes, loss. */
export const summaryTable = ({ summaries, threshold }: SummarizedGroup): Table => ({
  title: 'Cells',
  note: `Recovered: mean number of teacher nodes, of m, whose best match exceeds ${threshold} on the evaluation set; a run that diverged recovers what it had at that epoch, else nothing. Weakest node: share of seeds that recover the last teacher node, with Wilson's 95 % interval. Loss: log10, mean ± sample standard deviation over seeds. Unfinished runs (stopped or failed) are in no number.`,
  head: [
    ...cellHead,
    'done',
    'diverged',
    'unfinished',
    'recovered early',
    'recovered at the end',
    'weakest node at the end',
    'log10 evaluation loss',
  ],
  rows: summaries.map(summaryRow),
});

/** A row for each cell and moment: the share of seeds that recover each teacher node. */
export const successTable = (of: SummarizedGroup): Table => {
  const { m } = of.group.cells[0].experiment;
  const row = (summary: CellSummary, curve: SuccessCurve | null): string[][] =>
    curve === null
      ? []
      : [[...cellName(summary), String(curve.epoch), ...curve.rates.map((rate) => rateText(rate))]];
  return {
    title: 'Success rate by teacher node',
    dense: true,
    note: `Share of seeds whose best match of the node exceeds ${of.threshold} on the evaluation set after an epoch, with Wilson's 95 % interval. Nodes are counted from 0, strong to weak.`,
    head: [...cellHead, 'epoch', ...Array.from({ length: m }, (_, teacher) => String(teacher))],
    rows: of.summaries.flatMap((summary) => [...row(summary, summary.early), ...row(summary, summary.last)]),
  };
};

const runRow = (run: RunInput, threshold: number): string[] => {
  const { frames } = run;
  const end = frames[frames.length - 1];
  const layers = end.layers.map(({ bestMatchOfTeacher }, layer) => {
    const since = bestMatchOfTeacher.map((_, teacher) => specializedSince(frames, layer, teacher, threshold));
    const learned = since.filter((epoch) => epoch !== null);
    return `${learned.length} of ${since.length}`;
  });
  const { strengthDecay, seed } = run.header.experiment;
  const m = run.header.teacherStrength.map((nodes) => nodes.length).join('-');
  const n = run.header.studentNodes.join('-');
  return [
    run.name,
    run.header.title,
    ...[m, n, strengthDecay, seed, end.step].map(String),
    fixed(Math.log10(end.trainLoss), 2),
    fixed(Math.log10(end.evalLoss), 2),
    layers.join(', '),
  ];
};

/** A row for each run: where it ended. */
export const runTable = (runs: readonly RunInput[], threshold: number): Table => ({
  title: 'Runs',
  note: `At the last frame. Recovered: teacher nodes whose best match exceeds ${threshold} on the evaluation set, layer by layer.`,
  head: [
    'run',
    'title',
    'm',
    'n',
    'p',
    'seed',
    'step',
    'log10 training loss',
    'log10 evaluation loss',
    'recovered',
  ],
  rows: runs.map((run) => runRow(run, threshold)),
});

/** What was run: settings that all share by value, the others by their values. */
export const settingsTable = (experiments: readonly Readonly<Record<string, unknown>>[]): Table => {
  const keys = [...new Set(experiments.flatMap((experiment) => Object.keys(experiment)))];
  const valuesOf = (key: string): string[] => [
    ...new Set(experiments.map((experiment) => JSON.stringify(experiment[key]) ?? missing)),
  ];
  const numeric = (a: string, b: string): number => Number(a) - Number(b) || (a < b ? -1 : 1);
  const listed = (values: readonly string[]): string =>
    values.length > 40
      ? `${values.slice(0, 40).join(', ')} and ${values.length - 40} others`
      : values.join(', ');
  return {
    title: 'Settings',
    note: 'Every setting of the experiments; several values are those of the grid and the seeds.',
    head: ['setting', 'value'],
    rows: keys.map((key) => [key, listed(valuesOf(key).sort(numeric))]),
  };
};
