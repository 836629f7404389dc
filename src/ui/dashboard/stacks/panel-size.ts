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

/** Rows and columns that a panel's border takes. */
export const chrome = (framed: boolean): { readonly rows: number; readonly columns: number } =>
  framed ? { rows: 2, columns: 4 } : { rows: 1, columns: 0 };

/** Columns between stacks side by side. */
export const stackGap = (framed: boolean): number => (framed ? 0 : 2);

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

/** As few nodes as there can be, and nothing asked. */
export const noContents: Contents = {
  ...{ teachers: 1, students: 1, layers: 1 },
  ...{ pair: false, pairHistory: false, shape: false },
};

export const clamp = (value: number, low: number, high: number): number =>
  Math.max(low, Math.min(high, value));
