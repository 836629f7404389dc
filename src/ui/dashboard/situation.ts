import { runStateOf, type State } from '../../store/index.js';
import type { Situation } from '../screen/key-rows.js';
import { type Layout, placedPanels } from './layout.js';
import type { View } from './view.js';

/** What is going on with a run and with how it is looked at; `live`: the run as it is now. */
export const situationOf = (
  live: State,
  { past, chart, pair, frozen, theory, laid, overlay }: View,
  canGoBack: boolean,
  layout: Layout | null,
): Situation => ({
  runState: runStateOf(live),
  isStarting: live.starting !== null,
  isPast: past !== null && past.index !== null,
  isPlaying: past?.playing ?? false,
  isFrozen: frozen !== null,
  hasCursor: chart.cursor !== null || pair !== null,
  hasControl: live.control !== null,
  showsTheory: theory,
  showsOthers: laid !== null,
  typing: overlay?.kind === 'experiment' ? (overlay.field?.of ?? null) : null,
  canUndo: live.recoveries.length > 0,
  canRedo: live.redoable.length > 0,
  canBringBack: live.replaced !== null,
  canGoBack,
  panels: layout ? placedPanels(layout).map(({ id }) => id) : [],
});
