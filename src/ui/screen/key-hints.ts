import type { Situation } from './key-rows.js';

export const pauseHint = ({ isStarting, runState }: Situation): string =>
  isStarting || runState === 'running' ? 'pause' : runState === 'paused' ? 'resume' : '';

/** What escape does, innermost first. */
export const backHint = ({ showsTheory, showsOthers, hasCursor, isPast, canGoBack }: Situation): string =>
  showsTheory || showsOthers
    ? 'panels'
    : hasCursor
      ? 'no cursor'
      : isPast
        ? 'present'
        : canGoBack
          ? 'back'
          : '';

type Hint = (situation: Situation) => string;

/** A hint for the time in which other runs are laid over the one on display. */
export const othersHint =
  (hint: string): Hint =>
  ({ showsOthers }) =>
    showsOthers ? hint : '';

/** What the screen may show in place of the run as it is now. */
type Place = 'past' | 'theory' | 'others';

/** A hint that makes room in some places for what is done there. */
const hintExceptIn =
  (places: readonly Place[]) =>
  (hint: string | Hint): Hint =>
  (situation) => {
    const { isPast, showsTheory, showsOthers } = situation;
    const isIn: Readonly<Record<Place, boolean>> = {
      past: isPast,
      theory: showsTheory,
      others: showsOthers,
    };
    if (places.some((place) => isIn[place])) return '';
    return typeof hint === 'string' ? hint : hint(situation);
  };

/** Hints of what is done with the present of the run, in its panels, in the panels of the present. */
export const presentHint = hintExceptIn(['others', 'past']);
export const panelsHint = hintExceptIn(['others', 'theory']);
export const homeHint = hintExceptIn(['others', 'past', 'theory']);

/** What enter does in the settings. */
export const enterHint = ({ typing }: Situation): string =>
  typing === null ? 'start' : typing === 'value' ? 'take value' : 'save preset';

/** What escape does there. */
export const leaveHint = ({ typing }: Situation): string => (typing === null ? 'close' : 'leave it');

export const redoHint = ({ canRedo, canBringBack }: Situation): string =>
  canRedo ? 'redo' : canBringBack ? 'run before' : '';
