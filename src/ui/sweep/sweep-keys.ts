import { type KeyRow, kept, rowsIn } from '../screen/key-rows.js';
import type { Shell } from '../screen/shell.js';
import type { MapAction } from './heat-map.js';
import type { LossAction } from './loss-view.js';

/** What has the keyboard: the cells with their panels, or the help over them. */
export type SweepMode = 'cells' | 'help';

/** What the screen of a sweep asks of the terminal's owner. */
export type SweepShell = Pick<Shell, 'quit' | 'suspend' | 'repaint'>;

/** What a key of the sweep's screen may use. */
export type SweepActions = {
  readonly shell: SweepShell;
  moveCell(by: number): void;
  moveRun(by: number): void;
  nextPanel(by: 1 | -1): void;
  moveLayer(by: 1 | -1): void;
  toggleKept(): void;
  changeMap(action: MapAction): void;
  changeLoss(action: LossAction): void;
  toggleHelp(): void;
  openRun(): void;
};

const rows = rowsIn<SweepMode, SweepActions>;
const cells = rows(['cells']);
const inHelp = rows(['help']);
const everywhere = rows(['cells', 'help']);

/** Every key of the sweep's screen, in the order of its help. The help is closed by any other key. */
export const sweepKeys: readonly KeyRow<SweepMode, SweepActions>[] = [
  cells('cell-above', 'up', 'cell', 'the cell above; down: the one below', (sweep) => sweep.moveCell(-1)),
  cells('cell-below', 'down', '', '', (sweep) => sweep.moveCell(1)),
  cells('seed-before', 'left', 'seed', 'the seed before; right: the next', (sweep) => sweep.moveRun(-1)),
  cells('seed-after', 'right', '', '', (sweep) => sweep.moveRun(1)),
  cells('open', 'enter', 'open', 'open the run in the dashboard; esc comes back', (sweep) => sweep.openRun()),
  cells('panel-after', 'tab', 'panel', 'success, losses, student nodes, map; shift-tab: back', (sweep) =>
    sweep.nextPanel(1),
  ),
  cells('panel-before', 'shift-tab', '', '', (sweep) => sweep.nextPanel(-1)),
  cells('compare', 'space', 'compare', 'keep this cell beside the next ones; again: alone', (sweep) =>
    sweep.toggleKept(),
  ),
  cells('quantity', 'm', 'map', 'the map; again: its next number (recovered, loss, epochs)', (sweep) =>
    sweep.changeMap('quantity'),
  ),
  cells('across', 'v', '', 'the next setting across the map; V: down', (sweep) => sweep.changeMap('across')),
  cells('down', 'V', '', '', (sweep) => sweep.changeMap('down')),
  cells('layer-above', ']', '', 'the hidden layer above; [ the one below', (sweep) => sweep.moveLayer(1)),
  cells('layer-below', '[', '', '', (sweep) => sweep.moveLayer(-1)),
  cells('page-up', 'pageup', '', 'ten cells up; page down: ten down', (sweep) => sweep.moveCell(-10)),
  cells('page-down', 'pagedown', '', '', (sweep) => sweep.moveCell(10)),
  cells('first', 'home', '', 'the first cell; end: the last', (sweep) =>
    sweep.moveCell(Number.NEGATIVE_INFINITY),
  ),
  cells('last', 'end', '', '', (sweep) => sweep.moveCell(Number.POSITIVE_INFINITY)),
  cells('cursor', 'x', '', 'cursor on the losses: its epoch, mean and deviation', (sweep) =>
    sweep.changeLoss('cursor'),
  ),
  cells('cursor-back', ',', '', 'the cursor to the epoch before; . to the next', (sweep) =>
    sweep.changeLoss('cursor-back'),
  ),
  cells('cursor-on', '.', '', '', (sweep) => sweep.changeLoss('cursor-on')),
  cells('zoom-in', 'z', '', 'zoom in: half the epochs; Z out', (sweep) => sweep.changeLoss('zoom-in')),
  cells('zoom-out', 'Z', '', '', (sweep) => sweep.changeLoss('zoom-out')),
  cells('axis', 'a', '', 'axis of the losses: logarithmic or linear', (sweep) => sweep.changeLoss('axis')),
  cells('smoothing', 'S', '', 'smoothing of the losses: none, 0.6, 0.9', (sweep) =>
    sweep.changeLoss('smoothing'),
  ),
  kept(cells('help', '? h f1', 'help', 'this list; esc or q closes it', (sweep) => sweep.toggleHelp())),
  kept({
    ...inHelp('close', 'q escape ? h f1', 'close', '', (sweep) => sweep.toggleHelp()),
    label: 'esc q',
  }),
  kept(cells('quit', 'q', 'quit', 'quit; --resume goes on', ({ shell }) => shell.quit('quit'))),
  everywhere('interrupt', 'ctrl-c', '', 'quit', ({ shell }) => shell.quit('interrupt')),
  everywhere('repaint', 'ctrl-l', '', 'repaint the screen', ({ shell }) => shell.repaint()),
  everywhere('suspend', 'ctrl-z', '', 'suspend; fg brings it back', ({ shell }) => shell.suspend()),
];
