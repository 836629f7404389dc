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

/** A hint for the time in which other runs are laid over the one on display, and one that makes room for it. */
export const othersHint =
  (hint: string): Hint =>
  ({ showsOthers }) =>
    showsOthers ? hint : '';
export const ownHint =
  (hint: string | Hint): Hint =>
  (situation) =>
    situation.showsOthers ? '' : typeof hint === 'string' ? hint : hint(situation);

/** What enter does in the settings. */
export const enterHint = ({ typing }: Situation): string =>
  typing === null ? 'start' : typing === 'value' ? 'take value' : 'save preset';

/** What escape does there. */
export const leaveHint = ({ typing }: Situation): string => (typing === null ? 'close' : 'leave it');

export const redoHint = ({ canRedo, canBringBack }: Situation): string =>
  canRedo ? 'redo' : canBringBack ? 'run before' : '';
