/** The screens: terminal, charts, dashboard and sweep. */
export { lineDrawings } from './charts/line-drawing.js';
export type { DashboardOptions } from './dashboard/dashboard.js';
export type { ExperimentDesk } from './dashboard/overlays/experiment-desk.js';
export { paintPanels } from './dashboard/painted-grid.js';
export { mostLaid } from './dashboard/runs/laid-over.js';
export { loadScreens } from './load-screens.js';
export { chosenKeys, keyProblem } from './screen/key-choice.js';
export { keyTable } from './screen/keys.js';
export { type SweepPosition, startPosition } from './sweep/sweep-model.js';
export { frameOutput } from './terminal/cell-diff.js';
export { CellGrid } from './terminal/cells.js';
export { drawings, shorten } from './terminal/drawing.js';
export { type PaletteName, paletteNames } from './terminal/palette.js';
export type { Appearance, ExitReason } from './terminal/terminal-app.js';
export { columnsOf, wrapWords } from './terminal/text-width.js';
export { roleCodes, type ThemeChoice, type ThemeName, themeChoices } from './terminal/theme.js';
