import { applyGiven, changedTitle, completeExperiment, type Preset } from '../../experiment/index.js';
import { parseBreakpoint, parseIntervention, readInterventions } from '../../run/index.js';
import type { RunPlan } from '../../session/index.js';
import type { Options } from '../line/option-table.js';

type PlanOptions = Pick<Options, 'settings' | 'interventions' | 'breakpoints'>;

const noOptions: PlanOptions = { settings: [], interventions: [], breakpoints: [] };

/** What to run of a preset where these settings are to be in place of its own, and nothing else. */
export const withSettings = (settings: readonly string[]): PlanOptions => ({
  ...noOptions,
  settings: settings.map((text) => ({ option: 'settings', text })),
});

/** The plan behind a preset, with these settings in place of its own. Errors: UserError. */
export const planOf = (
  preset: Preset,
  { settings, interventions, breakpoints }: PlanOptions = noOptions,
): RunPlan => {
  const draft = applyGiven(preset.draft, settings);
  const experiment = completeExperiment(draft);
  return {
    preset: preset.name,
    title: changedTitle(
      preset.title,
      settings.map(({ text }) => text),
    ),
    experiment,
    interventions: [
      ...readInterventions(preset.interventions, experiment, preset.name),
      ...interventions.map((text) => parseIntervention(text, experiment)),
    ],
    breakpoints: [
      ...preset.breakpoints.map((text) => parseBreakpoint(text, `${preset.name}: breakpoints`)),
      ...breakpoints.map((text) => parseBreakpoint(text, '--break')),
    ],
  };
};
