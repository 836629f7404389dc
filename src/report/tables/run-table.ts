import { fixedNumber, pageSigns } from '../../words/index.js';
import { specializedSince } from '../figures/run-figure.js';
import type { RunInput } from '../read-inputs.js';
import type { Table } from './table.js';

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
