/** How lines are drawn: in braille where a chart has few rows, always, or never. */
export const lineDrawings = ['auto', 'braille', 'plain'] as const;
export type LineDrawing = (typeof lineDrawings)[number];
