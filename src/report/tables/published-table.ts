import { hiddenShapes } from '../../experiment/index.js';
import { lossCurve, type Spread, successAt } from '../../sweep/index.js';
import { pageSigns, seedCount, shareText, spreadText } from '../../words/index.js';
import { decayText, multiLabel } from '../figures/sweep-figure.js';
import { type PooledCell, type PooledGroup, sameButSeed } from '../pool-sweeps.js';
import { type PublishedRow, type PublishedStatistics, publishedThreshold } from '../published-statistics.js';
import type { Table } from './table.js';

const line = (
  start: readonly string[],
  shares: readonly number[],
  loss: Pick<Spread, 'mean' | 'deviation'>,
): string[] => [
  ...start,
  ...shares.map((share) => shareText({ share }, pageSigns)),
  spreadText(loss, pageSigns),
];

/** Ours, then the published line, at every recorded epoch after which a run of the cell was measured. */
const linesOf = ({ results, ...cell }: PooledCell, { seeds, epochs }: PublishedRow): string[][] => {
  const ended = results.filter(({ status }) => status !== 'failed');
  const curve = lossCurve(ended);
  return [...epochs].flatMap(([epoch, published]) => {
    const { rates } = successAt(ended, epoch, publishedThreshold, 0);
    const loss = curve.find((point) => point.epoch === epoch);
    const [rate] = rates;
    if (loss === undefined || rate === undefined || rate.trials === 0) return [];
    const start = [decayText(cell.strengthDecay), multiLabel(cell.multi), String(epoch)];
    return [
      line(
        [...start, `sweep, ${seedCount(rate.trials)}`],
        rates.map(({ share }) => share),
        loss,
      ),
      line([...start, `published, ${seedCount(seeds)}`], published.successRates, {
        mean: published.log10LossMean,
        deviation: published.log10LossDeviation,
      }),
    ];
  });
};

/**
 * Cells of a group beside the recorded statistics of the published code, where settings are the same but for seed and
 * precision; no table where no cell is among those recorded.
 */
export const publishedTables = ({ cells }: PooledGroup, published: PublishedStatistics): Table[] => {
  const rows = cells.flatMap((cell) =>
    published
      .filter(({ experiment }) => sameButSeed(experiment, cell.experiment))
      .flatMap((row) => linesOf(cell, row)),
  );
  if (rows.length === 0) return [];
  const [{ teachers }] = hiddenShapes(cells[0].experiment);
  return [
    {
      title: 'Beside the published code',
      dense: true,
      note: `Share of seeds whose best match of each teacher node exceeds ${publishedThreshold} on the evaluation set, and log10 of the evaluation loss, mean ± sample standard deviation over seeds: of this sweep, and as recorded from the published PyTorch code. Its seeds are others than the sweep's: compare distributions, not runs. The sweep's losses are over its curve samples, the recorded ones over the whole evaluation set. Nodes are counted from 0, strong to weak.`,
      head: [
        ...['p', 'multi', 'epoch', 'whose'],
        ...Array.from({ length: teachers }, (_, teacher) => String(teacher)),
        'log10 evaluation loss',
      ],
      rows,
    },
  ];
};
