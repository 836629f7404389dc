import { applyGiven, completeExperiment, loadPreset } from '../../experiment/index.js';
import { parseBreakpoint, parseIntervention, readInterventions } from '../../run/index.js';
import type { RunPlan } from '../../session/index.js';
import type { Options } from '../line/option-table.js';

type PlanOptions = Pick<Options, 'settings' | 'interventions' | 'breakpoints'>;

const noOptions: PlanOptions = { settings: [], interventions: [], breakpoints: [] };

/** The plan behind a preset's name or path, with these settings in place of its own. Errors: UserError. */
export const planOf = (
  nameOrPath: string,
  { settings, interventions, breakpoints }: PlanOptions = noOptions,
): RunPlan => {
  const preset = loadPreset(nameOrPath);
  const draft = applyGiven(preset.draft, settings);
  const experiment = completeExperiment(draft);
  return {
    preset: preset.name,
    title: preset.title,
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
