import { overviewHeight } from './panels/matrix/overview-size.js';

/** The panels that are painted as cells; their order numbers the markers that hold their place. */
export const panelIds = [
  'header',
  'loss',
  'curves',
  'shape',
  'teachers',
  'matrix',
  'overview',
  'pair',
  'pairHistory',
  'events',
  'layers',
  'theory',
  'missing',
  'laid',
  'order',
] as const;
export type PanelId = (typeof panelIds)[number];

export type PanelSize = { readonly id: PanelId; readonly width: number; readonly height: number };

/** A panel and the screen cell of its top left corner. */
export type PlacedPanel = PanelSize & { readonly left: number; readonly top: number };

/** Panels one above the other. */
export type Stack = readonly PanelSize[];

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
const eventsFrom = 72;
const clamp = (value: number, low: number, high: number): number => Math.max(low, Math.min(high, value));

/** Rows and columns that a panel's border takes. */
export const chrome = (framed: boolean): { readonly rows: number; readonly columns: number } =>
  framed ? { rows: 2, columns: 4 } : { rows: 1, columns: 0 };

/** Columns between stacks side by side. */
export const stackGap = (framed: boolean): number => (framed ? 0 : 1);

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

/** What there is to show: room goes where there is something. */
export type Contents = {
  /** Teacher and student nodes of the layer on display. */
  readonly teachers: number;
  readonly students: number;
  /** Hidden layers; none of a log that has losses alone. */
  readonly layers: number;
  /** Whether a cell of the matrix is asked about. */
  readonly pair: boolean;
  /** Whether the history of that cell has the place of the charts. */
  readonly pairHistory: boolean;
  /** Whether the L-shape has the place of a chart. */
  readonly shape: boolean;
};

/** Width up to which the matrix has all of it, and says of its rows what the table of teacher nodes would. */
const narrowUpTo = 59;
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
  readonly charts: { readonly width: number; readonly height: number };
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
      chartStacks(columns, parts, framed, contents),
      ...whole('pair', parts.pair),
      ...whole('overview', parts.overview),
      tableStacks(columns, parts, framed, contents.students),
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

/** Columns of the events beside the charts; none where there is no room. */
const eventsColumns = (columns: number): number =>
  columns >= eventsFrom ? clamp(Math.floor(columns * 0.34), 30, 66) : 0;

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

/** As few nodes as there can be, and nothing asked. */
export const noContents: Contents = {
  ...{ teachers: 1, students: 1, layers: 1 },
  ...{ pair: false, pairHistory: false, shape: false },
};

/** Rows that tables spend on headings. */
const headingRows = (rows: number): number => (rows < 16 ? 0 : rows < 30 ? 1 : 2);

/** Rows that are left to the events beside a table of layers. */
const leastEvents = 3;

/** Rows of the table of layers; none for a single layer, or where it would leave no room for the events. */
const layersHeight = (layers: number, height: number, framed: boolean): number =>
  layers < 2 || height < 4 + leastEvents
    ? 0
    : Math.min(layers + 1 + chrome(framed).rows, Math.max(4, height - leastEvents));

const chartStacks = (
  columns: number,
  { charts: { width, height } }: Parts,
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
  return eventsWidth === 0 ? charts : [...charts, besideCharts(eventsWidth, height, table, contents)];
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

const haveCurves = ({ width, height }: Parts['charts']): boolean =>
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

/** Columns of a matrix beside its cells: number, sign and learners of a row. */
export const matrixLabelWidth = 9;

/** Columns that the matrix' title line needs for the names of some unlearned nodes. */
const titleWidth = 64;

/** Two columns a student node where they fit, else one; what is left goes to the histories. */
const matrixWidth = (available: number, n: number, frame: number): number => {
  const around = matrixLabelWidth + frame;
  const roomy = around + 2 * n;
  return Math.min(available, Math.max(titleWidth, roomy <= available ? roomy : around + n));
};

/** Columns of the table of teacher nodes without histories or border: shorter bars where the student nodes fit only then. */
const plainTableWidth = (columns: number, students: number): number => {
  const room = columns - matrixLabelWidth - students;
  return room >= 40 && room < 46 ? 40 : 46;
};

const tableStacks = (
  columns: number,
  { table: height, charts }: Parts,
  framed: boolean,
  students: number,
): Stack[] => {
  if (columns <= narrowUpTo) return [[{ id: 'matrix', width: columns, height }]];
  const gap = stackGap(framed);
  const frame = chrome(framed).columns;
  const least = Math.min(
    clamp(Math.floor(columns * 0.42), 34, 50),
    haveCurves(charts)
      ? plainTableWidth(columns - 2 * frame - gap, students) + frame
      : Number.POSITIVE_INFINITY,
  );
  const matrix = matrixWidth(columns - least - gap, students, frame);
  const teachers = columns - matrix - gap;
  return [[{ id: 'teachers', width: teachers, height }], [{ id: 'matrix', width: matrix, height }]];
};
