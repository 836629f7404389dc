import { overviewHeight } from './panels/matrix/overview-size.js';
import {
  type ChartsSize,
  chartStacks,
  eventsColumns,
  haveCurves,
  leastEvents,
} from './stacks/chart-stacks.js';
import {
  type Contents,
  chrome,
  noContents,
  type PanelId,
  type PanelSize,
  type PlacedPanel,
  type Stack,
  stackGap,
} from './stacks/panel-size.js';
import { narrowUpTo, tableStacks } from './stacks/table-stacks.js';

/** The screen from top to bottom: header, rows of stacks side by side, footer of one line. */
export type Layout = {
  readonly columns: number;
  readonly rows: number;
  readonly header: PanelSize;
  readonly body: readonly (readonly Stack[])[];
  /** Whether panels have a border all around; otherwise only a rule above. */
  readonly framed: boolean;
};

export const smallestSize = { columns: 40, rows: 12 } as const;

export const footerHeight = 1;
const heightOf = (stack: Stack): number => stack.reduce((sum, { height }) => sum + height, 0);

/** Where every panel of a layout stands. */
export const placedPanels = ({ header, body, framed }: Layout): PlacedPanel[] => {
  const placed: PlacedPanel[] = [{ ...header, left: 0, top: 0 }];
  let rowTop = header.height;
  for (const row of body) {
    let left = 0;
    for (const stack of row) {
      let top = rowTop;
      for (const panel of stack) {
        placed.push({ ...panel, left, top });
        top += panel.height;
      }
      left += stack[0].width + stackGap(framed);
    }
    rowTop += Math.max(...row.map(heightOf));
  }
  return placed;
};

/** Columns of a terminal in which all about a cell of the matrix stands in one row. */
const onePairRowFrom = 110;
/** Rows of charts that a table which shows all of its rows leaves at least. */
const chartsBesideAll = { framed: 10, plain: 8, few: 4 } as const;

/** What panels have to know of the layout that they stand in. */
export type LayoutTraits = {
  /** Whether panels have a border all around; otherwise only a rule above. */
  readonly framed: boolean;
  /** Rows of headings that tables have. */
  readonly headings: number;
  /** Whether the matrix has no table of teacher nodes beside it. */
  readonly matrixAlone: boolean;
  /** Whether that table shows best matches over time: not where the charts do. */
  readonly histories: boolean;
};

export const layoutTraits = (columns: number, rows: number, contents: Contents): LayoutTraits => ({
  framed: isFramed(columns, rows),
  headings: headingRows(rows),
  matrixAlone: columns <= narrowUpTo,
  histories: !haveCurves(partsFor(columns, rows, contents).charts),
});

const isFramed = (columns: number, rows: number): boolean => columns >= 100 && rows >= 30;

/** Rows of the parts of a screen, and columns of the charts, which have the events beside them. */
type Parts = {
  readonly header: number;
  readonly charts: ChartsSize;
  readonly pair: number;
  readonly overview: number;
  readonly table: number;
};

const partsFor = (columns: number, rows: number, contents: Contents): Parts => {
  const framed = isFramed(columns, rows);
  const header = columns < 72 || rows < 16 ? 2 : 3;
  const pair = contents.pair ? (columns < onePairRowFrom ? 2 : 1) : 0;
  const room = rows - header - footerHeight - pair;
  const { table, overview } = tableHeights(columns, rows, room, framed, contents);
  const events = eventsColumns(columns);
  const width = columns - events - (events > 0 ? stackGap(framed) : 0);
  return { header, pair, overview, table, charts: { width, height: room - table - overview } };
};

/** Panel sizes for a terminal of this size; null below the smallest size. */
export const layoutFor = (columns: number, rows: number, contents: Contents): Layout | null => {
  if (columns < smallestSize.columns || rows < smallestSize.rows) return null;
  const framed = isFramed(columns, rows);
  const parts = partsFor(columns, rows, contents);
  const header: PanelSize = { id: 'header', width: columns, height: parts.header };
  const size = { columns, rows, header, framed };
  if (contents.layers === 0) return { ...size, body: lossesAlone(size) };
  const whole = (id: PanelId, height: number): (readonly Stack[])[] =>
    height > 0 ? [[[{ id, width: columns, height }]]] : [];
  return {
    ...size,
    body: [
      chartStacks(columns, parts.charts, framed, contents),
      ...whole('pair', parts.pair),
      ...whole('overview', parts.overview),
      tableStacks(columns, parts.table, framed, {
        students: contents.students,
        bars: haveCurves(parts.charts),
      }),
    ],
  };
};

/** Rows in which the screen says what a log of losses alone has no picture of. */
const missingRows = 3;

/** The loss and the events, and what is missing. */
const lossesAlone = ({
  columns,
  rows,
  header,
  framed,
}: Omit<Layout, 'body'>): readonly (readonly Stack[])[] => {
  const height = missingRows + chrome(framed).rows;
  const charts = rows - header.height - footerHeight - height;
  const eventsWidth = eventsColumns(columns);
  const loss: PanelSize = { id: 'loss', width: columns - eventsWidth - stackGap(framed), height: charts };
  return [
    eventsWidth === 0
      ? [[{ ...loss, width: columns }]]
      : [[loss], [{ id: 'events', width: eventsWidth, height: charts }]],
    [[{ id: 'missing', width: columns, height }]],
  ];
};

/** Rows from which charts have half of them where the tables do not show all teacher nodes anyway. */
const roomy = 40;

/** Rows of the tables, and of the overview of all teacher nodes where the tables do not show all. */
const tableHeights = (
  columns: number,
  rows: number,
  room: number,
  framed: boolean,
  { teachers, layers, pair }: Contents,
): { readonly table: number; readonly overview: number } => {
  const wanted = teachers + headingRows(rows) + chrome(framed).rows;
  const least = rows < 16 ? 'few' : framed ? 'framed' : 'plain';
  if (layers < 2 && wanted + chartsBesideAll[least] <= room) return { table: wanted, overview: 0 };
  const forLayers = layers < 2 ? 0 : Math.min(layers, 6) + 1 + chrome(framed).rows + leastEvents;
  const leastCharts =
    rows < 16
      ? 4
      : Math.max(8, Math.min(forLayers, Math.floor(room / 2)), Math.floor(room * (room < roomy ? 0.4 : 0.5)));
  if (wanted + leastCharts <= room) return { table: wanted, overview: 0 };
  // Of the matrix on the smallest screens its title may be all, unless one of its cells is asked about.
  const leastTable = rows < 16 && !pair ? 1 : 2;
  const overview = Math.min(overviewHeight(columns, teachers), room - leastCharts - leastTable);
  return { table: room - leastCharts - overview, overview };
};

/** The header, and one panel that has all the rest; null below the smallest size. */
export const wholeLayoutFor = (id: PanelId, columns: number, rows: number): Layout | null => {
  const layout = layoutFor(columns, rows, noContents);
  if (!layout) return null;
  const height = rows - layout.header.height - footerHeight;
  return { ...layout, body: [[[{ id, width: columns, height }]]] };
};

/** Rows that tables spend on headings. */
const headingRows = (rows: number): number => (rows < 16 ? 0 : rows < 30 ? 1 : 2);
