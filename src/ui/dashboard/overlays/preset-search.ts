import type { PresetSummary } from '../../../protocol/index.js';

export type NumberedPreset = { readonly number: number; readonly preset: PresetSummary };

/** Presets that have every word of the query somewhere, in list order, numbered as the number keys do. */
export const searchPresets = (presets: readonly PresetSummary[], query: string): NumberedPreset[] => {
  const words = query
    .toLowerCase()
    .split(' ')
    .filter((word) => word !== '');
  const textOf = ({ name, title, look, shows }: PresetSummary): string =>
    `${name} ${title} ${look} ${shows}`.toLowerCase();
  return presets
    .map((preset, index) => ({ number: index + 1, preset }))
    .filter(({ preset }) => words.every((word) => textOf(preset).includes(word)));
};
