import type { Said } from '../fields/frame-field.js';
import { layerSeries } from './layer-series.js';
import { listSeries, pairSeries, runSeries } from './run-series.js';

/** Every series of the frames, in the order of the exports. */
export const allSeries: readonly Said[] = [
  ...Object.values(runSeries),
  ...listSeries,
  ...pairSeries,
  ...layerSeries,
];

/** The series as a Markdown table. */
export const seriesMarkdown = (): string => {
  const code = (name: string | undefined): string => (name === undefined ? '' : `\`${name}\``);
  return [
    '| series | unit | better | metric of the long CSV | column of the wide CSV | TensorBoard tag | report | where it is missing |',
    '| --- | --- | --- | --- | --- | --- | --- | --- |',
    ...allSeries.map(
      ({ label, unit, better, long, wide, tag, report = '', absent = '' }) =>
        `| ${label} | ${unit} | ${better ?? ''} | ${code(long)} | ${code(wide)} | ${code(tag)} | ${report} | ${absent} |`,
    ),
    '',
  ].join('\n');
};
