declare module 'asciichart' {
  export type PlotConfiguration = {
    readonly min?: number;
    readonly max?: number;
    readonly height?: number;
    readonly offset?: number;
    readonly symbols?: readonly string[];
    readonly format?: (value: number, row: number) => string;
  };
  /** One line of text a row, joined by line feeds, top row first. */
  export function plot(series: readonly number[], configuration?: PlotConfiguration): string;
}
