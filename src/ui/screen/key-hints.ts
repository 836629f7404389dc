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

export const redoHint = ({ canRedo, canBringBack }: Situation): string =>
  canRedo ? 'redo' : canBringBack ? 'run before' : '';
