import { matchCounts } from '../../protocol/index.js';
import { fixedNumber, pageSigns } from '../../words/index.js';
import { specializedSince } from '../figures/run/run-figure.js';
import type { RunInput } from '../read-inputs.js';
import type { Table } from './table.js';

/** Student nodes that match a teacher node from 0.9 on: least, mean and most over the nodes of a layer. */
const countsText = (counts: readonly number[]): string => {
  const mean = counts.reduce((sum, count) => sum + count, 0) / counts.length;
  return `${Math.min(...counts)} / ${fixedNumber(mean, 1, pageSigns)} / ${Math.max(...counts)}`;
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
    fixedNumber(Math.log10(end.trainLoss), 2, pageSigns),
    fixedNumber(Math.log10(end.evalLoss), 2, pageSigns),
    layers.join(', '),
    end.layers.map((layer) => countsText(matchCounts(layer))).join(', '),
  ];
};

/** A row for each run: where it ended. */
export const runTable = (runs: readonly RunInput[], threshold: number): Table => ({
  title: 'Runs',
  note: `At the last frame. Recovered: teacher nodes whose best match exceeds ${threshold} on the evaluation set, layer by layer. Matches: student nodes that correlate with a teacher node from 0.9 on, least / mean / most over the teacher nodes of a layer, as the published script counts them.`,
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
    'matches',
  ],
  rows: runs.map((run) => runRow(run, threshold)),
});
