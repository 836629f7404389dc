import { pageSigns } from '../../words/index.js';
import type { Table } from './table.js';

/** What was run: settings that all share by value, the others by their values. */
export const settingsTable = (experiments: readonly Readonly<Record<string, unknown>>[]): Table => {
  const keys = [...new Set(experiments.flatMap((experiment) => Object.keys(experiment)))];
  const valuesOf = (key: string): string[] => [
    ...new Set(experiments.map((experiment) => JSON.stringify(experiment[key]) ?? pageSigns.missing)),
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
