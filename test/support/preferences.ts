import type { Preferences } from '../../src/ui/dashboard/preferences.js';

/** What a person sees who has set nothing, on a terminal with Unicode. */
export const usualPreferences: Preferences = {
  theme: 'auto',
  palette: 'okabe-ito',
  drawing: 'utf8',
  lines: 'auto',
  threshold: 0.95,
  framesPerSecond: 12,
  mouse: false,
};
