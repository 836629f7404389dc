/** Places panels in rows of a few, with a title above each. */
export type Panel<T> = {
  readonly title: string;
  readonly content: T;
  readonly column: number;
  readonly row: number;
};

export type PanelGrid<T> = {
  readonly columns: number;
  readonly rows: number;
  readonly panels: readonly Panel<T>[];
};

const mostColumns = 3;

/** Lays out one panel for each item, at most three in a row, no row with a lone panel where it can be helped. */
export const panelGrid = <T>(items: readonly T[], titleOf: (item: T) => string): PanelGrid<T> => {
  const rows = Math.ceil(items.length / mostColumns);
  const columns = Math.max(1, Math.ceil(items.length / Math.max(1, rows)));
  const panels = items.map((content, index) => ({
    title: titleOf(content),
    content,
    column: index % columns,
    row: Math.floor(index / columns),
  }));
  return { columns, rows, panels };
};
