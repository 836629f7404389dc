import { applyGiven, completeExperiment, loadPreset, type Preset } from '../../experiment/index.js';
import { parseBreakpoint, parseIntervention, readInterventions } from '../../run/index.js';
import type { RunPlan } from '../../session/index.js';
import type { Options } from '../line/option-table.js';

type PlanOptions = Pick<Options, 'settings' | 'interventions' | 'breakpoints'>;

const noOptions: PlanOptions = { settings: [], interventions: [], breakpoints: [] };

/** Settings that are shown beside every title. */
const shownApart = ['seed', 'epochs', 'precision'];

/**
 * A preset's title with the settings that are not its own. What the title says of settings stands in parentheses at its
 * end, and is left out then.
 */
const titleOf = ({ title }: Preset, settings: PlanOptions['settings']): string => {
  const given = new Map(settings.map(({ text }) => [text.split('=')[0], text]));
  const changed = [...given].filter(([key]) => !shownApart.includes(key)).map(([, text]) => text);
  return changed.length === 0 ? title : `${title.replace(/ \([^()]*\)$/, '')} with ${changed.join(', ')}`;
};

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
    title: titleOf(preset, settings),
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
