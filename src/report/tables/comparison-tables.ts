import { differingSettings, fixedNumber, pageSigns } from '../../words/index.js';
import type { RunInput } from '../read-inputs.js';
import type { Table } from './table.js';

const namesOf = (runs: readonly RunInput[]): string[] => runs.map(({ name }) => name);

const settingsThatDiffer = (runs: readonly RunInput[]): Table => ({
  title: 'Settings that differ',
  note: 'What a log does not say is a dash.',
  head: ['setting', ...namesOf(runs)],
  rows: differingSettings(runs.map(({ header }) => header)).map(([setting, values]) => [
    setting,
    ...values.map((value) => (value === '' ? pageSigns.missing : value)),
  ]),
});

/** Best matches of the teacher nodes of a layer at a run's end; none of a layer that it does not have. */
const matchesOf = ({ frames }: RunInput, layer: number): readonly number[] =>
  frames[frames.length - 1].layers[layer]?.bestMatchOfTeacher ?? [];

const matchesOfLayer = (runs: readonly RunInput[], layer: number): Table => {
  const [first, ...others] = runs.map((run) => matchesOf(run, layer));
  return {
    title: `Best matches of layer ${layer}, and less those of ${runs[0].name}`,
    note: 'Of every teacher node at the last frame.',
    head: ['teacher node', ...namesOf(runs)],
    rows: first.map((base, node) => [
      String(node),
      fixedNumber(base, 3, pageSigns),
      ...others.map((matches) => {
        if (matches[node] === undefined) return pageSigns.missing;
        const difference = matches[node] - base;
        const sign = difference < 0 ? '' : '+';
        return `${fixedNumber(matches[node], 3, pageSigns)} (${sign}${fixedNumber(difference, 3, pageSigns)})`;
      }),
    ]),
  };
};

/** Several runs beside each other: the settings in which they differ, and their nodes against the first one's. */
export const comparisonTables = (runs: readonly RunInput[]): readonly Table[] => {
  if (runs.length < 2) return [];
  const layers = runs[0].header.teacherStrength.map((_, layer) => matchesOfLayer(runs, layer));
  return [settingsThatDiffer(runs), ...layers];
};
