import { hiddenShapes } from '../../experiment/index.js';
import { medianRecovery, recoveryEpochs, type SuccessRates } from '../../sweep/index.js';
import { fixedNumber, intervalText, pageSigns, spreadText } from '../../words/index.js';
import { decayText, multiLabel } from '../figures/sweep-figure.js';
import type { LayerSummary, SummarizedLayer } from '../summarized-group.js';
import type { Table } from './table.js';

/** Mean number of recovered teacher nodes. */
const recovered = (curve: SuccessRates | null): string =>
  curve === null
    ? pageSigns.missing
    : fixedNumber(
        curve.rates.reduce((sum, { share }) => sum + share, 0),
        2,
        pageSigns,
      );

const cellName = ({ cell }: LayerSummary, { layer }: SummarizedLayer): string[] => {
  const { teachers, students } = hiddenShapes(cell.experiment)[layer ?? 0];
  const name = [String(teachers), decayText(cell.strengthDecay), multiLabel(cell.multi), String(students)];
  return layer === null ? name : [String(layer), ...name];
};

const runCounts = ({ done, diverged, failed }: LayerSummary): string[] =>
  [done, diverged, failed].map(String);

const weakest = ({ last }: LayerSummary): string => {
  const rate = last?.rates.at(-1);
  return rate === undefined ? pageSigns.missing : intervalText(rate, pageSigns);
};

const summaryRow = (summary: LayerSummary, of: SummarizedLayer): string[] => {
  const { early, last, lossCurve } = summary;
  const end = lossCurve.at(-1);
  return [
    ...cellName(summary, of),
    ...runCounts(summary),
    early === null ? pageSigns.missing : `${recovered(early)} (epoch ${early.epoch})`,
    recovered(last),
    weakest(summary),
    end === undefined ? pageSigns.missing : spreadText(end, pageSigns),
  ];
};

const cellHead = ({ layer }: SummarizedLayer): string[] => [
  ...(layer === null ? [] : ['layer']),
  ...['m', 'p', 'multi', 'n'],
];

/** A row for each cell, and for each layer where there are several: runs, recovered teacher nodes, loss. */
export const summaryTable = (layers: readonly SummarizedLayer[]): Table => ({
  title: 'Cells',
  note: `Recovered: mean number of teacher nodes, of m, whose best match exceeds ${layers[0].threshold} on the evaluation set; a run that diverged recovers nothing from that epoch on. Weakest node: share of seeds that recover the last teacher node, with Wilson's 95 % interval. Loss: log10, mean ± sample standard deviation over seeds. Failed runs are in no number.`,
  head: [
    ...cellHead(layers[0]),
    'done',
    'diverged',
    'failed',
    'recovered early',
    'recovered at the end',
    'weakest node at the end',
    'log10 evaluation loss',
  ],
  rows: layers.flatMap((of) => of.summaries.map((summary) => summaryRow(summary, of))),
});

const layerSuffix = ({ layer }: SummarizedLayer): string => (layer === null ? '' : `, layer ${layer}`);

/** A row for each cell and moment: the share of seeds that recover each teacher node. */
export const successTable = (of: SummarizedLayer): Table => {
  const { teachers } = of.shape;
  const row = (summary: LayerSummary, curve: SuccessRates | null): string[][] =>
    curve === null
      ? []
      : [
          [
            ...cellName(summary, of),
            String(curve.epoch),
            ...curve.rates.map((rate) => intervalText(rate, pageSigns)),
          ],
        ];
  return {
    title: `Success rate by teacher node${layerSuffix(of)}`,
    dense: true,
    note: `Share of seeds whose best match of the node exceeds ${of.threshold} on the evaluation set after an epoch, with Wilson's 95 % interval. Nodes are counted from 0, strong to weak.`,
    head: [...cellHead(of), 'epoch', ...Array.from({ length: teachers }, (_, teacher) => String(teacher))],
    rows: of.summaries.flatMap((summary) => [...row(summary, summary.early), ...row(summary, summary.last)]),
  };
};

/** A row for each cell: the epoch by which half of the seeds have recovered each teacher node. */
export const recoveryTable = (of: SummarizedLayer): Table => {
  const { teachers } = of.shape;
  const epochText = (epoch: number): string => (Number.isFinite(epoch) ? String(epoch) : pageSigns.missing);
  const epochsOf = ({ cell }: LayerSummary): number[] =>
    medianRecovery(recoveryEpochs(cell.results, of.threshold, of.layer ?? 0));
  return {
    title: `Epochs to recovery by teacher node${layerSuffix(of)}`,
    dense: true,
    note: `The first measured epoch by which half of the seeds have recovered a node: its best match on the evaluation set exceeds ${of.threshold}. Missing where fewer seeds ever do. Nodes are counted from 0, strong to weak.`,
    head: [...cellHead(of), ...Array.from({ length: teachers }, (_, teacher) => String(teacher))],
    rows: of.summaries.map((summary) => [...cellName(summary, of), ...epochsOf(summary).map(epochText)]),
  };
};
