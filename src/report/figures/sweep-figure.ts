import { type Experiment, hiddenShapes } from '../../experiment/index.js';
import { seedCount } from '../../words/index.js';
import type { SummarizedGroup } from '../summarized-group.js';
import { type LegendEntry, type SeriesStyle, seriesStyles } from './series-style.js';

/** One line of a figure: all cells with the same over-realization. */
export type Series = { readonly multi: number; readonly style: SeriesStyle };

/** A number as figures and tables show it: "0.5", "2.33". */
export const shortNumber = (value: number): string => String(Number(value.toFixed(2)));

export const multiLabel = (multi: number): string => `${shortNumber(multi)}\u{d7}`;
export const decayText = shortNumber;
export const decayLabel = (strengthDecay: number): string => `p = ${decayText(strengthDecay)}`;

const ascending = (values: readonly number[]): number[] => [...new Set(values)].sort((a, b) => a - b);

export const multisOf = ({ group }: SummarizedGroup): number[] =>
  ascending(group.cells.map(({ multi }) => multi));

export const decaysOf = ({ group }: SummarizedGroup): number[] =>
  ascending(group.cells.map(({ strengthDecay }) => strengthDecay));

/** A style for each over-realization, the same in every panel. */
export const seriesOf = (of: SummarizedGroup): Series[] => {
  const multis = multisOf(of);
  const styles = seriesStyles(multis.length);
  return multis.map((multi, index) => ({ multi, style: styles[index] }));
};

export const legendOf = (series: readonly Series[]): LegendEntry[] =>
  series.map(({ multi, style }) => ({ ...style, label: multiLabel(multi) }));

/** What a band around a mean over seeds says. */
export const bandEntry: LegendEntry = { label: '\u{b1} 1 standard deviation', color: '#444', band: true };

/** Runs that count, by cell: "32 seeds", "30 to 32 seeds". */
export const seedsText = ({ summaries }: SummarizedGroup): string => {
  const counts = summaries.map(({ done, diverged }) => done + diverged);
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  return least === most ? seedCount(most) : `${least} to ${seedCount(most)}`;
};

const valueText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Teacher nodes of every hidden layer, lowest first: "10-15-20". */
const hiddenNodes = (experiment: Experiment): string =>
  hiddenShapes(experiment)
    .map(({ teachers }) => teachers)
    .join('-');

/** What was run, in a line under the title. */
export const subtitleOf = (of: SummarizedGroup): string => {
  const { experiment } = of.group.cells[0];
  const { d, c, learningRate, batchSize, stepsPerEpoch, epochs } = experiment;
  const shown = ['d', 'm', 'hidden', 'c', 'learningRate', 'batchSize', 'stepsPerEpoch', 'epochs'];
  const others = of.group.distinction
    .filter(([key]) => !shown.includes(key))
    .map(([key, value]) => `, ${key} ${valueText(value)}`)
    .join('');
  return `d = ${d}, m = ${hiddenNodes(experiment)}, c = ${c}, learning rate ${learningRate}, batch ${batchSize}, ${epochs} epochs of ${stepsPerEpoch} steps${others}; ${seedsText(of)}`;
};

/** `subtitleOf` what all groups share, with the seeds of all. */
export const sharedSubtitle = (groups: readonly SummarizedGroup[]): string =>
  subtitleOf({
    ...groups[0],
    group: { ...groups[0].group, distinction: [] },
    summaries: groups.flatMap(({ summaries }) => summaries),
  });

/** A setting that tells a group from the others: "m = 20". */
export const distinctionText = ([key, value]: readonly [key: string, value: unknown]): string =>
  `${key} = ${valueText(value)}`;

/** Ending of the file names: "-m20", empty for the only group. */
export const suffixOf = ({ group, layer }: SummarizedGroup): string =>
  group.distinction
    .map(([key, value]) => `-${key}${valueText(value)}`)
    .join('')
    .replace(/[^\w.-]+/g, '_')
    .slice(0, 80) + (layer === null ? '' : `-layer${layer}`);

/** ", m = 20" to tell titles of several groups apart. */
export const titleSuffixOf = ({ group, layer }: SummarizedGroup): string =>
  (layer === null ? '' : `, layer ${layer}`) +
  group.distinction.map((setting) => `, ${distinctionText(setting)}`).join('');
