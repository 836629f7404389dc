import type { PresetSummary } from '../../src/protocol/session.js';

/** Presets as a dashboard is given them. */
export const presets: readonly PresetSummary[] = [
  {
    name: 'quick-start',
    title: 'Quick start',
    isOwn: false,
    look: 'Rows light up.',
    shows: 'Strong nodes first.',
  },
  {
    name: 'tiny-batches',
    title: 'Tiny batches',
    isOwn: false,
    look: 'A noisy loss.',
    shows: 'Batch size 2.',
  },
  {
    name: 'full-batch',
    title: 'Full batch',
    isOwn: false,
    look: 'A smooth loss.',
    shows: 'No sampling noise.',
  },
];
