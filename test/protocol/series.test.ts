import { expect, test } from 'vitest';
import { allSeries } from '../../src/protocol/series/series-markdown.js';

test('every series of the frames is in each export and the report, or it is said why not', () => {
  const silent = allSeries.filter(
    ({ long, wide, tag, report, absent }) =>
      absent === undefined && [long, wide, tag, report].some((name) => name === undefined),
  );
  expect(silent.map(({ label }) => label)).toEqual([]);
});

test('no two series share a name', () => {
  for (const of of ['long', 'wide', 'tag'] as const) {
    const names = allSeries.flatMap((series) => series[of] ?? []);
    expect(names).toEqual([...new Set(names)]);
  }
});
