import * as z from 'zod';
import { type Experiment, hiddenShapes, learningRateSchema, totalSteps } from '../../experiment/index.js';
import { allowedValues, editorSchema, nearestName, shown, UserError } from '../../input/index.js';
import {
  type Intervention,
  type Perturbation,
  type PerturbationKind,
  perturbationKinds,
  type Setting,
  settingsOf,
} from '../../protocol/index.js';
import { perturbationProblem } from '../perturbations/perturbation-target.js';

/** The one intervention that is no perturbation. */
const learningRateKind = 'learning-rate';

const learningRateSettings: Readonly<Record<string, Setting>> = {
  learningRate: {
    input: learningRateSchema,
    // Asked for where it is said: reading a schema is a good part of a start.
    get allowed() {
      return allowedValues(learningRateSchema);
    },
    optional: false,
  },
};

const kinds: readonly string[] = [...perturbationKinds, learningRateKind];

/** JSON Schema of one intervention, as a preset's file gives it. */
export const interventionJsonSchema = (): object => {
  const settingsByKind = Object.entries({
    ...Object.fromEntries(perturbationKinds.map((kind) => [kind, settingsOf(kind)])),
    [learningRateKind]: learningRateSettings,
  });
  const alternatives = settingsByKind.map(([kind, settings]) =>
    z.strictObject({
      at: z.int().min(0).describe('the step before which it is done'),
      kind: z.literal(kind),
      ...Object.fromEntries(
        Object.entries(settings).map(([key, { input, allowed }]) => [key, input.describe(allowed)]),
      ),
    }),
  );
  return editorSchema(z.union(alternatives));
};

const refuse = (origin: string, got: string, allowed: string): UserError =>
  new UserError(`${origin}: got ${got}, allowed: ${allowed}`);

type Given = Readonly<Record<string, unknown>>;

/** The settings of a kind, each as it is allowed. Errors: UserError naming `origin` and the setting. */
const readSettings = (
  { kind, ...given }: Given,
  settings: Readonly<Record<string, Setting>>,
  origin: string,
): Given => {
  const strange = Object.keys(given).find((key) => !(key in settings));
  if (strange !== undefined)
    throw refuse(origin, `${kind} with "${strange}"`, ['kind', ...Object.keys(settings)].join(', '));
  const asked = Object.entries(settings).filter(([key, { optional }]) => key in given || !optional);
  for (const [key, { input, allowed }] of asked)
    if (!input.safeParse(given[key]).success)
      throw refuse(origin, `${key} ${key in given ? shown(given[key]) : 'nothing'}`, allowed);
  return Object.fromEntries(asked.map(([key]) => [key, given[key]]));
};

const commandOf = (value: Given, origin: string): Intervention['command'] => {
  const kind = String(value.kind);
  if (!kinds.includes(kind)) {
    const nearest = nearestName(kind, kinds);
    throw refuse(origin, `kind ${shown(value.kind)}`, nearest ? `"${nearest}", perhaps` : kinds.join(', '));
  }
  if (kind === learningRateKind) {
    const { learningRate } = readSettings(value, learningRateSettings, origin);
    return { type: 'set-learning-rate', learningRate: Number(learningRate) };
  }
  const settings = readSettings(value, settingsOf(kind as PerturbationKind), origin);
  return { type: 'perturb', perturbation: { kind, ...settings } as Perturbation };
};

/** An intervention from its parts. Errors: UserError naming `origin`, and what does not fit the experiment. */
const interventionOf = (at: unknown, value: Given, experiment: Experiment, origin: string): Intervention => {
  const last = totalSteps(experiment) - 1;
  if (!Number.isInteger(at) || Number(at) < 0 || Number(at) > last)
    throw refuse(origin, `step ${shown(at)}`, `a whole number from 0 to ${last}`);
  const command = commandOf(value, origin);
  const problem =
    command.type === 'perturb'
      ? perturbationProblem(
          command.perturbation,
          experiment,
          hiddenShapes(experiment).map(({ teachers }) => teachers),
        )
      : null;
  if (problem !== null) throw refuse(origin, shown(value), problem);
  return { at: Number(at), command };
};

/** "teacher=3" -> 3, "teachers=0,1" -> [0, 1], "which=idle" -> "idle". */
const readValue = (text: string): unknown => {
  const parts = text
    .split(',')
    .map((part) => (part.trim() !== '' && Number.isFinite(Number(part)) ? Number(part) : part));
  return parts.length > 1 ? parts : parts[0];
};

/** Reads `--at 'STEP KIND KEY=VALUE...'`. Errors: UserError. */
export const parseIntervention = (text: string, experiment: Experiment): Intervention => {
  const [step, kind, ...settings] = text.trim().split(/\s+/);
  const origin = `--at ${shown(text)}`;
  if (kind === undefined)
    throw refuse(origin, 'no kind', "a step, a kind and its settings, as in --at '20000 noise scale=0.5'");
  const value: Record<string, unknown> = { kind };
  for (const setting of settings) {
    const [key, given, ...rest] = setting.split('=');
    if (given === undefined || rest.length > 0) throw refuse(origin, shown(setting), 'KEY=VALUE');
    value[key] = readValue(given);
  }
  return interventionOf(readValue(step), value, experiment, origin);
};

/** Reads a preset's list of `{ "at": STEP, "kind": KIND, ... }`. Errors: UserError. */
export const readInterventions = (
  list: readonly Given[],
  experiment: Experiment,
  origin: string,
): Intervention[] =>
  list.map(({ at, ...value }, index) =>
    interventionOf(at, value, experiment, `${origin}: interventions[${index}]`),
  );
