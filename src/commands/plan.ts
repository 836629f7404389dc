import { applySettings, completeExperiment } from '../experiment/draft.js';
import { loadPreset } from '../experiment/preset.js';
import type { RunPlan } from '../session.js';
import type { Options } from './options.js';

/** The plan behind a preset's name or path, with these settings in place of its own. Errors: UserError. */
export const planOf = (nameOrPath: string, settings: Options['settings'] = []): RunPlan => {
  const preset = loadPreset(nameOrPath);
  const draft = settings.reduce(
    (given, { option, text }) => applySettings(given, [text], option),
    preset.draft,
  );
  return { preset: preset.name, title: preset.title, experiment: completeExperiment(draft) };
};
