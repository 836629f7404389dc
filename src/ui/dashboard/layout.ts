/** The panels that are painted as cells; their order numbers the markers that hold their place. */
export const panelIds = [
  'header',
  'loss',
  'curves',
  'teachers',
  'matrix',
  'events',
  'layers',
  'theory',
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

/**
 * Panel sizes for a terminal of this size, m teacher and n student nodes in the layer on display, and that many
 * hidden layers; null below the smallest size.
 */
export const layoutFor = (columns: number, rows: number, m: number, n: number, layers = 1): Layout | null => {
  if (columns < smallestSize.columns || rows < smallestSize.rows) return null;
  const framed = columns >= 100 && rows >= 30;
  const header: PanelSize = { id: 'header', width: columns, height: columns < 72 || rows < 16 ? 2 : 3 };
  const bodyHeight = rows - header.height - footerHeight;
  const heading = hasHeading(rows) ? 1 : 0;
  const forLayers = layers < 2 ? 0 : Math.min(layers, 6) + 1 + chrome(framed).rows + leastEvents;
  const leastCharts =
    rows < 16
      ? 4
      : Math.max(8, Math.min(forLayers, Math.floor(bodyHeight / 2)), Math.floor(bodyHeight * 0.4));
  const table = Math.min(m + heading + chrome(framed).rows, bodyHeight - leastCharts);
  const charts = chartStacks(columns, bodyHeight - table, framed, layers);
  return { columns, rows, header, framed, body: [charts, tableStacks(columns, table, n, framed)] };
};

/** The header, and one panel that has all the rest; null below the smallest size. */
export const wholeLayoutFor = (id: PanelId, columns: number, rows: number): Layout | null => {
  const layout = layoutFor(columns, rows, 1, 1);
  if (!layout) return null;
  const height = rows - layout.header.height - footerHeight;
  return { ...layout, body: [[[{ id, width: columns, height }]]] };
};

/** Whether tables spend a row on headings. */
export const hasHeading = (rows: number): boolean => rows >= 16;

/** Rows that are left to the events beside a table of layers. */
const leastEvents = 3;

/** Rows of the table of layers; none for a single layer, or where it would leave no room for the events. */
const layersHeight = (layers: number, height: number, framed: boolean): number =>
  layers < 2 || height < 4 + leastEvents
    ? 0
    : Math.min(layers + 1 + chrome(framed).rows, Math.max(4, height - leastEvents));

const chartStacks = (columns: number, height: number, framed: boolean, layers: number): Stack[] => {
  const eventsWidth = columns >= eventsFrom ? clamp(Math.floor(columns * 0.34), 30, 66) : 0;
  const gap = eventsWidth > 0 ? stackGap(framed) : 0;
  const width = columns - eventsWidth - gap;
  const table = layersHeight(layers, height, framed);
  if (eventsWidth === 0 && (height >= 12 || (layers > 1 && height >= 10))) {
    const list = table > 0 ? Math.min(table, height - 6) : Math.min(6, Math.floor(height / 3));
    return [
      [
        { id: 'loss', width, height: height - list },
        { id: table > 0 ? 'layers' : 'events', width, height: list },
      ],
    ];
  }
  const charts = chartPanels(width, height, stackGap(framed));
  if (eventsWidth === 0) return charts;
  const events: PanelSize = { id: 'events', width: eventsWidth, height: height - table };
  return [...charts, table > 0 ? [events, { id: 'layers', width: eventsWidth, height: table }] : [events]];
};

/** The loss, and the best matches over time above or beside which there is room for both. */
const chartPanels = (width: number, height: number, gap: number): Stack[] => {
  if (height >= 22) {
    const upper = Math.ceil(height / 2);
    return [
      [
        { id: 'loss', width, height: upper },
        { id: 'curves', width, height: height - upper },
      ],
    ];
  }
  if (width < 110) return [[{ id: 'loss', width, height }]];
  const left = Math.ceil((width - gap) / 2);
  return [[{ id: 'loss', width: left, height }], [{ id: 'curves', width: width - gap - left, height }]];
};

/** Columns of a matrix beside its cells: the labels of its rows. */
export const matrixLabelWidth = 4;

/** Columns that the matrix' title line needs for the names of some unlearned nodes. */
const titleWidth = 64;

/** Two columns a student node where they fit, else one; what is left goes to the histories. */
const matrixWidth = (available: number, n: number, frame: number): number => {
  const around = matrixLabelWidth + frame;
  const roomy = around + 2 * n;
  return Math.min(available, Math.max(titleWidth, roomy <= available ? roomy : around + n));
};

const tableStacks = (columns: number, height: number, n: number, framed: boolean): Stack[] => {
  const gap = stackGap(framed);
  const least = clamp(Math.floor(columns * 0.42), columns < 72 ? 18 : 34, 50);
  const matrix = matrixWidth(columns - least - gap, n, chrome(framed).columns);
  const teachers = columns - matrix - gap;
  return [[{ id: 'teachers', width: teachers, height }], [{ id: 'matrix', width: matrix, height }]];
};
