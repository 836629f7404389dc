import { placedPanels } from '../layout.js';
import type { PanelId, PlacedPanel } from '../stacks/panel-size.js';
import type { Display } from './actions.js';

/** Where a panel is on the screen; null where it is not. */
export const panelOf = ({ layout }: Display, wanted: PanelId): PlacedPanel | null =>
  (layout && placedPanels(layout).find(({ id }) => id === wanted)) ?? null;
