/** Cells of text; HTML and Markdown are made from the same tables. */
export type Table = {
  readonly title: string;
  readonly note: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Many columns: on the page their cells may take two lines. */
  readonly dense?: boolean;
};
