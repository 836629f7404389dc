import { type Contents, chrome, clamp, type PanelSize, type Stack, stackGap } from './panel-size.js';

/** Rows and columns of the charts, without the events beside them. */
export type ChartsSize = { readonly width: number; readonly height: number };

/** Width from which the events stand beside the charts. */
const eventsFrom = 72;

/** Columns of the events beside the charts; none where there is no room. */
export const eventsColumns = (columns: number): number =>
  columns >= eventsFrom ? clamp(Math.floor(columns * 0.34), 30, 66) : 0;

/** Rows that are left to the events beside a table of layers. */
export const leastEvents = 3;

/** Rows of the table of layers; none for a single layer, or where it would leave no room for the events. */
const layersHeight = (layers: number, height: number, framed: boolean): number =>
  layers < 2 || height < 4 + leastEvents
    ? 0
    : Math.min(layers + 1 + chrome(framed).rows, Math.max(4, height - leastEvents));

/** Rows of the events below which the table of layers has no rows for the names of nodes. */
const eventsBesideNames = 10;

/** The loss, and what there is room for of events, layers, best matches over time and the L-shape. */
export const chartStacks = (
  columns: number,
  { width, height }: ChartsSize,
  framed: boolean,
  contents: Contents,
): Stack[] => {
  const eventsWidth = eventsColumns(columns);
  const table = layersHeight(contents.layers, height, framed);
  if (eventsWidth === 0 && !contents.pairHistory && (height >= 12 || (table > 0 && height >= 10))) {
    const list = table > 0 ? Math.min(table, height - 6) : Math.min(6, Math.floor(height / 3));
    return [
      [
        { id: contents.shape ? 'shape' : 'loss', width, height: height - list },
        { id: table > 0 ? 'layers' : 'events', width, height: list },
      ],
    ];
  }
  const charts = chartPanels(width, height, framed, contents);
  if (eventsWidth === 0) return charts;
  // A row more for each of the other layers names their nodes.
  const named = table > 0 ? table + contents.layers - 1 : 0;
  const forLayers = height - named >= eventsBesideNames ? named : table;
  return [...charts, besideCharts(eventsWidth, height, forLayers, contents)];
};

/** Rows of a column beside the charts from which the L-shape has a part of it. */
const shapeFrom = 20;

/** The events, below them the table of layers and, where the events leave room, the L-shape. */
const besideCharts = (width: number, height: number, table: number, { shape }: Contents): Stack => {
  const rest = height - table;
  const forShape = !shape && rest >= shapeFrom ? Math.floor(rest * 0.55) : 0;
  const stack: PanelSize[] = [
    { id: 'events', width, height: rest - forShape },
    { id: 'layers', width, height: table },
    { id: 'shape', width, height: forShape },
  ];
  return stack.filter((panel) => panel.height > 0);
};

/** Rows of the loss beside best matches that could do with more. */
const leastLoss = 8;

/** Rows of the best matches over time, of the rows that they share with the loss: a row a node, or one for two. */
const curvesHeight = (height: number, teachers: number, framed: boolean): number => {
  const around = 1 + chrome(framed).rows;
  const wanted = [teachers, Math.ceil(teachers / 2)].find((rows) => rows + around <= height - leastLoss);
  return wanted === undefined ? Math.floor(height / 2) : Math.max(6, wanted + around);
};

/** Rows and columns of the charts from which the best matches over time have a place below or beside the loss. */
const curvesBelowFrom = 20;
const curvesBesideFrom = 110;

/** Whether the best matches over time have a place in charts of this size. */
export const haveCurves = ({ width, height }: ChartsSize): boolean =>
  height >= curvesBelowFrom || width >= curvesBesideFrom;

/** The loss, and the best matches over time below or beside it where there is room for both. */
const chartPanels = (
  width: number,
  height: number,
  framed: boolean,
  { teachers, pairHistory, shape }: Contents,
): Stack[] => {
  if (pairHistory) return [[{ id: 'pairHistory', width, height }]];
  const curves = shape ? 'shape' : 'curves';
  if (height >= curvesBelowFrom) {
    const lower = curvesHeight(height, teachers, framed);
    return [
      [
        { id: 'loss', width, height: height - lower },
        { id: curves, width, height: lower },
      ],
    ];
  }
  if (width < curvesBesideFrom) return [[{ id: shape ? 'shape' : 'loss', width, height }]];
  const gap = stackGap(framed);
  const left = Math.ceil((width - gap) / 2);
  return [[{ id: 'loss', width: left, height }], [{ id: curves, width: width - gap - left, height }]];
};
