import { type Perturbation, type PerturbationEntry, perturbationCatalog } from '../../../protocol/index.js';
import type { Overlay } from '../view.js';

export type PerturbMenu = Extract<Overlay, { kind: 'perturb' }>;

/** The menu as it opens for a teacher of this many nodes. */
export const openMenu = (teachers: number): PerturbMenu => ({
  kind: 'perturb',
  selected: 0,
  parameter: 0,
  values: perturbationCatalog(teachers).map(({ parameters }) => parameters.map(({ initial }) => initial)),
  typed: '',
});

const entryOf = ({ selected }: PerturbMenu, teachers: number): PerturbationEntry =>
  perturbationCatalog(teachers)[selected];

/** Moves the choice by a number of entries. */
export const moveChoice = (menu: PerturbMenu, by: number): PerturbMenu => ({
  ...menu,
  selected: Math.max(0, Math.min(menu.values.length - 1, menu.selected + by)),
  parameter: 0,
  typed: '',
});

/** Goes to the next value of the chosen entry. */
export const nextParameter = (menu: PerturbMenu): PerturbMenu => ({
  ...menu,
  parameter: (menu.parameter + 1) % Math.max(1, menu.values[menu.selected].length),
  typed: '',
});

const withValue = (menu: PerturbMenu, value: number, typed: string): PerturbMenu => ({
  ...menu,
  typed,
  values: menu.values.map((values, entry) =>
    entry === menu.selected ? values.map((each, at) => (at === menu.parameter ? value : each)) : values,
  ),
});

/** Raises or lowers the value at hand, by one or by a factor of two, which leads no nearer to 0 than `smallest`. */
export const adjustValue = (menu: PerturbMenu, teachers: number, direction: 1 | -1): PerturbMenu => {
  const parameter = entryOf(menu, teachers).parameters[menu.parameter];
  if (!parameter) return menu;
  const before = menu.values[menu.selected][menu.parameter];
  const { steps, smallest } = parameter;
  const doubled = before * 2 ** direction;
  const wanted =
    steps === 'by one'
      ? before + direction
      : Math.abs(doubled) < smallest
        ? (Math.sign(before) || 1) * smallest
        : doubled;
  return withValue(menu, Math.max(parameter.minimum, Math.min(parameter.maximum, wanted)), '');
};

/** Reads the value from what has been typed, which stays as it is where it is no value that is allowed. */
export const typeValue = (menu: PerturbMenu, teachers: number, typed: string): PerturbMenu => {
  const parameter = entryOf(menu, teachers).parameters[menu.parameter];
  if (!parameter || !(parameter.whole ? /^\d{0,7}$/ : /^-?\d{0,6}\.?\d{0,6}$/).test(typed)) return menu;
  const value = Number(typed);
  const allowed = typed !== '' && value >= parameter.minimum && value <= parameter.maximum;
  return allowed ? withValue(menu, value, typed) : { ...menu, typed };
};

/** Why the value being typed cannot be applied; empty when it can. */
export const valueProblem = (menu: PerturbMenu, teachers: number): string => {
  const parameter = entryOf(menu, teachers).parameters[menu.parameter];
  if (!parameter || menu.typed === '') return '';
  const { name, minimum, maximum } = parameter;
  const value = Number(menu.typed);
  return value >= minimum && value <= maximum
    ? ''
    : `${name} ${menu.typed}: allowed is ${minimum} to ${maximum}`;
};

/** What applying the menu does, in the hidden layer on display. */
export const chosenPerturbation = (menu: PerturbMenu, teachers: number, layer: number): Perturbation => {
  const { build } = entryOf(menu, teachers);
  return build(menu.values[menu.selected], layer === 0 ? {} : { layer });
};
