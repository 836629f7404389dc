import * as z from 'zod';
import { later } from '../input/index.js';
import type { MenuNumber, PerturbationParameter } from './perturbation-parameter.js';
import { type PerturbationRow, perturbationTable } from './perturbation-table.js';

type Table = typeof perturbationTable;

type Flat<T> = { readonly [K in keyof T]: T[K] };

type Settings<Row extends PerturbationRow> = {
  readonly [K in keyof Row['parameters']]: Row['parameters'][K] extends PerturbationParameter<infer Value>
    ? Value
    : never;
};

type PerturbationByKind = {
  readonly [K in keyof Table]: Flat<
    { readonly kind: K } & Settings<Table[K]> &
      (Table[K]['ofLayer'] extends true ? { readonly layer?: number } : unknown)
  >;
};

export type PerturbationKind = keyof Table;

/**
 * What can be done to a run: to its student, or to what that is trained under. Teacher nodes and hidden layers are
 * counted from 0.
 */
export type Perturbation<Kind extends PerturbationKind = PerturbationKind> = PerturbationByKind[Kind];

/** Kinds of the perturbations of the student's weights. */
export type StudentKind = {
  [K in PerturbationKind]: Table[K]['actsOn'] extends 'student' ? K : never;
}[PerturbationKind];

/** Kinds of those that leave the student as it is and change its teacher, or the conditions that it is trained under. */
export type ConditionKind = Exclude<PerturbationKind, StudentKind>;

const rows: Readonly<Record<string, PerturbationRow>> = perturbationTable;

/** In the order of the menu. */
export const perturbationKinds = Object.keys(perturbationTable) as readonly PerturbationKind[];

/** Whether a perturbation leaves the student as it is. */
export const isConditionChange = (perturbation: Perturbation): perturbation is Perturbation<ConditionKind> =>
  rows[perturbation.kind].actsOn !== 'student';

const layer = later(() => z.int().min(0).max(100)).exactOptional();

const loggedRow = (kind: string, { parameters, ofLayer }: PerturbationRow) =>
  z.object({
    kind: z.literal(kind),
    ...Object.fromEntries(Object.entries(parameters).map(([key, { logged }]) => [key, logged])),
    ...(ofLayer ? { layer } : {}),
  });

/** Checks a perturbation of a log or a checkpoint; whether it fits a run's networks is the run's to say. */
export const loggedPerturbation = later(() => {
  const [first, ...others] = Object.entries(rows).map(([kind, row]) => loggedRow(kind, row));
  return z.discriminatedUnion('kind', [first, ...others]) as unknown as z.ZodType<Perturbation>;
});

/** What one setting of a perturbation may be, as a file or the command line gives it. */
export type Setting = Pick<PerturbationParameter, 'input' | 'allowed'> & { readonly optional: boolean };

/** The settings of a kind by their keys. */
export const settingsOf = (kind: PerturbationKind): Readonly<Record<string, Setting>> => {
  const { parameters, ofLayer } = rows[kind];
  const own = Object.entries(parameters).map(([key, { input, allowed }]): [string, Setting] => [
    key,
    { input, allowed, optional: false },
  ]);
  const ofALayer: Setting = { input: layer, allowed: 'a hidden layer, from 0', optional: true };
  return { ...Object.fromEntries(own), ...(ofLayer ? { layer: ofALayer } : {}) };
};

/** One entry of the perturbation menu: what it is called, what it asks, what it sends. */
export type PerturbationEntry = {
  readonly kind: string;
  readonly group: string;
  readonly label: string;
  /** What the literature calls it. */
  readonly term: string;
  readonly parameters: readonly MenuNumber[];
  /** The command for these parameter values, in the order of `parameters`; those about one hidden layer take `at`. */
  readonly build: (values: readonly number[], at: { readonly layer?: number }) => Perturbation;
};

/** Settings of a row from the numbers that the menu asked for, one parameter's after the other's. */
const readSettings = (
  { parameters }: PerturbationRow,
  values: readonly number[],
  teachers: number,
): Readonly<Record<string, unknown>> => {
  let next = 0;
  return Object.fromEntries(
    Object.entries(parameters).map(([key, { asks, read }]) => {
      const from = next;
      next += asks(teachers).length;
      return [key, read(values.slice(from, next))];
    }),
  );
};

const entriesOf = (kind: string, row: PerturbationRow, teachers: number): PerturbationEntry[] =>
  row.menu.map(({ label, term, chosen = {} }) => ({
    kind: [kind, ...Object.values(chosen)].join('-'),
    group: row.group,
    label,
    term,
    parameters: Object.values(row.parameters).flatMap(({ asks }) => asks(teachers)),
    build: (values, at) =>
      ({
        kind,
        ...readSettings(row, values, teachers),
        ...chosen,
        ...(row.ofLayer ? at : {}),
      }) as Perturbation,
  }));

/** The perturbations offered for a teacher of this many nodes, in menu order. */
export const perturbationCatalog = (teachers: number): readonly PerturbationEntry[] =>
  Object.entries(rows).flatMap(([kind, row]) => entriesOf(kind, row, teachers));

/** The perturbations as a Markdown table. */
export const perturbationMarkdown = (): string => {
  const lines = perturbationKinds.map((kind) => {
    const settings = Object.entries(settingsOf(kind)).map(([key, { allowed }]) => `\`${key}\`: ${allowed}`);
    return `| \`${kind}\` | ${settings.join('; ')} | ${rows[kind].does} |`;
  });
  return ['| kind | settings | what it does |', '| --- | --- | --- |', ...lines, ''].join('\n');
};
