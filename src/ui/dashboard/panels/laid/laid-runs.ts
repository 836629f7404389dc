import type { Role } from '../../../terminal/theme.js';

/** Colours of the runs; where colours do not tell them apart their letters do. */
export const runRoles: readonly Role[] = ['train', 'evaluation', 'control', 'mark', 'notice', 'lost'];

export const letterOf = (run: number): string => String.fromCharCode(65 + run);
