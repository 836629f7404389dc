import * as Plot from '@observablehq/plot';
import type { FormsFrame } from '../../../protocol/index.js';
import type { RunInput } from '../../read-inputs.js';
import { composeFigure, drawPlot, type Figure, type Part } from '../figure.js';
import { runSubtitle } from './run-figure.js';

/** Student nodes that a matrix has room for: those that contribute most. */
const mostNodes = 48;
const side = 250;
const gap = 40;

type Cell = { readonly row: number; readonly column: number; readonly value: number; readonly of: string };

/** The student nodes of largest E beta_kk, largest first. */
const strongest = ({ betaStudent }: FormsFrame): number[] =>
  Array.from({ length: betaStudent.length - 1 }, (_, k) => k)
    .sort((a, b) => betaStudent[b][b] - betaStudent[a][a])
    .slice(0, mostNodes);

/** Each matrix on a scale of its own, 1 being its largest entry. */
const cellsOf = (forms: FormsFrame): Cell[] => {
  const students = strongest(forms);
  const teachers = Array.from({ length: forms.betaTeacher[0].length - 1 }, (_, j) => j);
  const matrices = [
    { of: 'H, student with student', rows: forms.hStudent, columns: students },
    { of: 'beta, student with student', rows: forms.betaStudent, columns: students },
    { of: 'H, student with teacher', rows: forms.hTeacher, columns: teachers },
    { of: 'beta, student with teacher', rows: forms.betaTeacher, columns: teachers },
  ];
  return matrices.flatMap(({ of, rows, columns }) => {
    const entries = students.flatMap((k, row) =>
      columns.map((node, column) => ({ of, row, column, value: rows[k][node] })),
    );
    const largest = entries.reduce((most, { value }) => Math.max(most, Math.abs(value)), 0) || 1;
    return entries.map((entry) => ({ ...entry, value: entry.value / largest }));
  });
};

const drawForms = (forms: FormsFrame, layer: number): Part => {
  const cells = cellsOf(forms);
  const names = [...new Set(cells.map(({ of }) => of))];
  return drawPlot({
    width: gap + names.length * (side + 10),
    height: side + 60,
    marginLeft: gap,
    marginTop: 30,
    marginBottom: 30,
    x: { axis: null, type: 'band', padding: 0 },
    y: {
      type: 'band',
      padding: 0,
      ticks: [],
      label: `layer ${layer}: student node, strong to weak`,
      labelAnchor: 'center',
      labelArrow: 'none',
    },
    fx: { domain: names, label: null, padding: 0.05 },
    color: { type: 'linear', domain: [-1, 1], scheme: 'puor' },
    marks: [
      Plot.cell(cells, { x: 'column', y: 'row', fx: 'of', fill: 'value' }),
      Plot.frame({ stroke: '#999' }),
    ],
  });
};

/** The gradient forms H and beta at the end of a run; null of a run without them. */
export const formsFigure = (run: RunInput, name: string): Figure | null => {
  const frame = run.frames.findLast(({ layers }) => layers.every(({ forms }) => forms !== undefined));
  const forms = frame?.layers.flatMap((layer) => (layer.forms ? [layer.forms] : [])) ?? [];
  if (forms.length === 0) return null;
  return composeFigure(
    `${name}-forms`,
    `Gradient forms of the run ${run.name}`,
    runSubtitle(run),
    `Means over the evaluation set of H and beta, the forms that link the gradient at each layer to the units of student and teacher, at the last frame; a row for each of the ${mostNodes} student nodes that contribute most (largest E beta of a node with itself), columns in the same order or by teacher node. Orange is positive, purple negative, each matrix on its own scale. A specialized student has one strong entry a row with the teacher.`,
    forms.map(drawForms),
  );
};
