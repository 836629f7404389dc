import { moveSetting, stepSetting, typeIntoPanel } from '../overlays/experiment-panel.js';
import {
  adjustValue,
  moveChoice,
  nextParameter,
  openMenu,
  type PerturbMenu,
  typeValue,
} from '../overlays/perturb-menu.js';
import { searchPresets } from '../overlays/preset-search.js';
import { chosenAt, searchRuns } from '../overlays/run-search.js';
import type { Overlay, View } from '../view.js';
import type { Display } from './actions.js';

const withOverlay = (view: View, overlay: Overlay | null): View => ({ ...view, overlay });

export const closed = (view: View): View => withOverlay(view, null);

export const openedHelp = (view: View): View => withOverlay(view, { kind: 'help', scroll: 0 });

/** With the list of presets, the running one chosen. */
export const openedPresets = (view: View, { presets, live }: Display): View => {
  const running = presets.findIndex(({ name }) => name === live.header?.preset);
  return withOverlay(view, { kind: 'presets', query: '', selected: Math.max(0, running) });
};

/** With the list of runs, the one on display chosen. */
export const openedRuns = (view: View, { runs }: Display): View =>
  withOverlay(view, { kind: 'runs', query: '', chosen: runs?.current ?? null });

export const openedPerturb = (view: View, { teachers }: Display): View =>
  withOverlay(view, openMenu(teachers));

const withMenu = (view: View, change: (menu: PerturbMenu) => PerturbMenu): View =>
  view.overlay?.kind === 'perturb' ? withOverlay(view, change(view.overlay)) : view;

/** At the next value of the chosen perturbation. */
export const nextField = (view: View): View => withMenu(view, nextParameter);

/** With what is typed into the overlay changed. */
export const typed = (view: View, { teachers }: Display, change: (text: string) => string): View => {
  const { overlay } = view;
  if (overlay?.kind === 'presets')
    return withOverlay(view, { kind: 'presets', query: change(overlay.query), selected: 0 });
  if (overlay?.kind === 'experiment') return withOverlay(view, typeIntoPanel(overlay, change));
  return overlay?.kind === 'runs'
    ? withOverlay(view, { kind: 'runs', query: change(overlay.query), chosen: null })
    : withMenu(view, (menu) => typeValue(menu, teachers, change(menu.typed)));
};

/** With the overlay scrolled, its choice moved or its value changed. */
export const movedInOverlay = (
  view: View,
  { teachers, presets, runs, helpEnd }: Display,
  axis: 'rows' | 'columns',
  by: number,
): View => {
  const { overlay } = view;
  switch (overlay?.kind) {
    case 'help':
      return withOverlay(view, { ...overlay, scroll: Math.max(0, Math.min(helpEnd, overlay.scroll + by)) });
    case 'presets': {
      const last = searchPresets(presets, overlay.query).length - 1;
      return withOverlay(view, {
        ...overlay,
        selected: Math.max(0, Math.min(last, overlay.selected + by)),
      });
    }
    case 'runs': {
      const found = searchRuns(runs?.list ?? null, overlay.query);
      const at = Math.max(0, Math.min(found.length - 1, chosenAt(found, overlay) + by));
      return withOverlay(view, { ...overlay, chosen: found[at]?.folder ?? null });
    }
    case 'experiment':
      return withOverlay(
        view,
        axis === 'rows' ? moveSetting(overlay, by) : stepSetting(overlay, by > 0 ? 1 : -1),
      );
    case 'perturb':
      return withMenu(view, (menu) =>
        axis === 'rows' ? moveChoice(menu, by) : adjustValue(menu, teachers, by > 0 ? 1 : -1),
      );
    case undefined:
      return view;
  }
};

/** Characters of pasted text that a field takes. */
const longestPaste = 60;

/** Pasted text as a field takes it: one line. */
export const pastedLine = (text: string): string =>
  text
    .replace(/\p{C}+/gu, ' ')
    .trim()
    .slice(0, longestPaste);
