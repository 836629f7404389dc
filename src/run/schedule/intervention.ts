import * as z from 'zod';
import { type Experiment, layerShapes, totalSteps } from '../../experiment/index.js';
import { nearestName, shown, UserError } from '../../input/index.js';
import { type Intervention, perturbationSchema } from '../../protocol/index.js';
import { perturbationProblem } from '../perturbations/perturbation-target.js';

const learningRateKind = 'learning-rate';

const learningRateSchema = z.strictObject({
  kind: z.literal(learningRateKind),
  learningRate: z.number().positive().max(1e6),
});

const kinds: readonly string[] = [
  ...perturbationSchema.options.map((option) => option.shape.kind.value),
  learningRateKind,
];

const refuse = (origin: string, got: string, allowed: string): UserError =>
  new UserError(`${origin}: got ${got}, allowed: ${allowed}`);

/** Nodes of each hidden teacher layer. */
const teachersOf = (experiment: Experiment): number[] =>
  experiment.kind === 'multi-layer'
    ? layerShapes(experiment)
        .slice(0, -1)
        .map(({ teachers }) => teachers)
    : [experiment.m];

const commandOf = (value: Readonly<Record<string, unknown>>, origin: string): Intervention['command'] => {
  const kind = String(value.kind);
  if (!kinds.includes(kind)) {
    const nearest = nearestName(kind, kinds);
    throw refuse(origin, `kind ${shown(value.kind)}`, nearest ? `"${nearest}", perhaps` : kinds.join(', '));
  }
  const schema = kind === learningRateKind ? learningRateSchema : perturbationSchema;
  const parsed = schema.safeParse(value);
  if (!parsed.success) {
    const [{ path, message }] = parsed.error.issues;
    const key = String(path[0] ?? kind);
    throw refuse(
      origin,
      `${key} ${key in value ? shown(value[key]) : 'nothing'}`,
      message.replace(/^Invalid input: expected /, '').replace(/, received .*$/, ''),
    );
  }
  const strange = Object.keys(value).find((key) => !(key in parsed.data));
  if (strange !== undefined)
    throw refuse(origin, `${kind} with "${strange}"`, Object.keys(parsed.data).join(', '));
  return parsed.data.kind === learningRateKind
    ? { type: 'set-learning-rate', learningRate: parsed.data.learningRate }
    : { type: 'perturb', perturbation: parsed.data };
};

/** An intervention from its parts. Errors: UserError naming `origin`, and what does not fit the experiment. */
const interventionOf = (
  at: unknown,
  value: Readonly<Record<string, unknown>>,
  experiment: Experiment,
  origin: string,
): Intervention => {
  const last = totalSteps(experiment) - 1;
  if (!Number.isInteger(at) || Number(at) < 0 || Number(at) > last)
    throw refuse(origin, `step ${shown(at)}`, `a whole number from 0 to ${last}`);
  const command = commandOf(value, origin);
  const problem =
    command.type === 'perturb'
      ? perturbationProblem(command.perturbation, experiment, teachersOf(experiment))
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
  list: readonly Readonly<Record<string, unknown>>[],
  experiment: Experiment,
  origin: string,
): Intervention[] =>
  list.map(({ at, ...value }, index) =>
    interventionOf(at, value, experiment, `${origin}: interventions[${index}]`),
  );
