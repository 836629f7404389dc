import { counted } from '../input/index.js';
import type { SuccessCriteria } from '../sweep/index.js';
import type { Figure } from './figures/figure.js';
import { lShapeFigure } from './figures/l-shape-figure.js';
import { lossFigure } from './figures/loss-figure.js';
import { matchFigure } from './figures/match-figure.js';
import { recoveryFigure, theoryDataFigure } from './figures/recovery-figure.js';
import { classesFigure } from './figures/run/classes-figure.js';
import { formsFigure } from './figures/run/forms-figure.js';
import { landscapeFigure } from './figures/run/landscape-figure.js';
import { orderFigure } from './figures/run/order-figure.js';
import { overlaidFigures } from './figures/run/overlaid-figure.js';
import { runFigure } from './figures/run/run-figure.js';
import { runShapeFigure } from './figures/run/run-shape-figure.js';
import { statementFigures } from './figures/run/statements-figure.js';
import { successFigure } from './figures/success-figure.js';
import { titleSuffixOf } from './figures/sweep-figure.js';
import { trainingSizeFigure } from './figures/training-size-figure.js';
import { poolSweeps } from './pool-sweeps.js';
import { type PublishedStatistics, readPublishedStatistics } from './published-statistics.js';
import type { Inputs, RunInput } from './read-inputs.js';
import { layersOf, type SummarizedGroup, summarizeGroup } from './summarized-group.js';
import { comparisonTables } from './tables/comparison-tables.js';
import { notMeasuredTables } from './tables/not-measured-table.js';
import { publishedTables } from './tables/published-table.js';
import { runTable } from './tables/run-table.js';
import { settingsTable } from './tables/settings-table.js';
import { recoveryTable, successTable, summaryTable } from './tables/sweep-tables.js';
import type { Table } from './tables/table.js';

/** Figures and tables that belong together. */
export type Section = {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly tables: readonly Table[];
};

export type Report = {
  /** What it was made from, one line each. */
  readonly sources: readonly string[];
  readonly sections: readonly Section[];
  readonly settings: Table;
};

const sweepSection = (of: SummarizedGroup, published: PublishedStatistics): Section => {
  const layers = layersOf(of);
  const seen = of.summaries.some(({ done, diverged }) => done + diverged > 0);
  return {
    title: `Sweep${titleSuffixOf(of)}`,
    figures: seen
      ? [
          ...layers.map(lShapeFigure),
          ...layers.map(successFigure),
          ...layers.map(recoveryFigure),
          ...(layers.length > 1 ? [matchFigure(layers)] : []),
          lossFigure(of),
        ]
      : [],
    tables: [
      summaryTable(layers),
      ...layers.map(successTable),
      ...layers.map(recoveryTable),
      ...publishedTables(of.group, published),
    ],
  };
};

/** What is seen between the groups of sweeps only. */
const acrossSection = (groups: readonly SummarizedGroup[]): Section[] => {
  const figures = [trainingSizeFigure(groups), theoryDataFigure(groups)].filter((figure) => figure !== null);
  return figures.length === 0 ? [] : [{ title: 'Training data', figures, tables: [] }];
};

const figureName = (index: number, runs: readonly RunInput[]): string =>
  runs.length === 1 ? 'run' : `run-${index + 1}`;

const figuresOf = (run: RunInput, name: string, threshold: number): Figure[] =>
  [
    runFigure(run, name, threshold),
    // A log of losses alone has no student nodes.
    run.header.studentNodes.length > 0 ? runShapeFigure(run, name, threshold) : null,
    ...statementFigures(run, name, threshold),
    formsFigure(run, name),
    landscapeFigure(run, name),
    orderFigure(run, name),
    classesFigure(run, name),
  ].filter((figure) => figure !== null);

const runSection = (runs: readonly RunInput[], { threshold }: SuccessCriteria): Section => ({
  title: runs.length === 1 ? 'Run' : 'Runs',
  figures: [
    ...overlaidFigures(runs, threshold),
    ...runs.flatMap((run, index) => figuresOf(run, figureName(index, runs), threshold)),
  ],
  tables: [runTable(runs, threshold), ...notMeasuredTables(runs), ...comparisonTables(runs)],
});

const sourcesOf = ({ sweeps, runs, skipped }: Inputs): string[] => [
  ...sweeps.flatMap(({ path, results, notes }) => {
    const engines = new Set(results.map(({ engine: e }) => `${e.engine} ${e.variant} ${e.precision}`));
    return [
      `${path}: a sweep, ${counted(results.length, 'result')}, ${[...engines].join(' and ')}`,
      ...notes,
    ];
  }),
  ...runs.map(({ path, header, frames, notes }) => {
    const { engine, variant, precision } = header.engine;
    const parts = [`${engine} ${variant} ${precision}`.trim(), header.program, ...notes];
    return `${path}: a run, ${counted(frames.length, 'frame')}, ${parts.join(', ')}`;
  }),
  ...skipped.map((refusal) => `left out: ${refusal}`),
];

/** Figures and tables of everything read. Errors: UserError for runs that do not go together. */
export const makeReport = (inputs: Inputs, criteria: SuccessCriteria): Report => {
  const groups = poolSweeps(inputs.sweeps);
  const summarized = groups.map((group) => summarizeGroup(group, criteria));
  const published = readPublishedStatistics();
  const experiments = [
    ...groups.flatMap(({ cells }) => cells.flatMap(({ results }) => results.map((one) => one.experiment))),
    ...inputs.runs.map(({ header }) => header.experiment),
  ];
  return {
    sources: sourcesOf(inputs),
    sections: [
      ...acrossSection(summarized),
      ...summarized.map((of) => sweepSection(of, published)),
      ...(inputs.runs.length > 0 ? [runSection(inputs.runs, criteria)] : []),
    ],
    settings: settingsTable(experiments),
  };
};
