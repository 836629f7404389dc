import * as z from 'zod';
import { later } from '../input/index.js';

/** One number that the menu asks for before a perturbation is applied. */
export type MenuNumber = {
  readonly name: string;
  readonly unit: string;
  readonly minimum: number;
  readonly maximum: number;
  readonly initial: number;
  readonly whole: boolean;
  /** Nearest to 0 that halving leads. */
  readonly smallest: number;
  /** How the menu raises and lowers it. */
  readonly steps: 'by one' | 'by doubling';
};

/** One setting of a perturbation, for the menu, files and the command line alike. */
export type PerturbationParameter<Value = unknown> = {
  /** As a file or the command line gives it, in the bounds that the menu has too. */
  readonly input: z.ZodType<Value>;
  /**
   * As a log gives it: of the right type, in whatever bounds. A log tells what has been done, and one that was recorded
   * when the bounds were wider must stay readable.
   */
  readonly logged: z.ZodType<Value>;
  /** What is allowed, in words. */
  readonly allowed: string;
  /** The numbers that the menu asks for, for a teacher of so many nodes; none where the entry itself is the choice. */
  readonly asks: (teachers: number) => readonly MenuNumber[];
  /** The setting from the numbers that the menu asked for. */
  readonly read: (values: readonly number[]) => Value;
};

type NumberRange = Pick<MenuNumber, 'unit' | 'minimum' | 'maximum' | 'initial'> &
  Partial<Pick<MenuNumber, 'steps'>>;

/** A number in bounds. `name`: what the menu calls it. */
export const numberParameter = (name: string, range: NumberRange): PerturbationParameter<number> => {
  const { minimum, maximum } = range;
  const smallest = minimum > 0 ? minimum : 0.001;
  return {
    input: later(() => z.number().min(minimum).max(maximum)),
    logged: later(() => z.number()),
    allowed: `a number from ${minimum} to ${maximum}`,
    asks: () => [{ steps: 'by doubling', ...range, name, smallest, whole: false }],
    read: ([value]) => value,
  };
};

/** A whole number in bounds. */
export const wholeParameter = (
  name: string,
  range: Omit<NumberRange, 'steps'>,
): PerturbationParameter<number> => {
  const { minimum, maximum } = range;
  return {
    input: later(() => z.int().min(minimum).max(maximum)),
    logged: later(() => z.int().min(minimum)),
    allowed: `a whole number from ${minimum} to ${maximum}`,
    asks: () => [{ ...range, name, smallest: minimum, whole: true, steps: 'by one' }],
    read: ([value]) => value,
  };
};

/** Whether a run's teacher has the node is the run's to say. */
const teacherNode = later(() => z.int().min(0));

const menuNode = (name: string, initial: number, teachers: number): MenuNumber => ({
  name,
  unit: 'teacher node',
  minimum: 0,
  maximum: teachers - 1,
  initial: Math.min(initial, teachers - 1),
  whole: true,
  smallest: 0,
  steps: 'by one',
});

/** A node of the teacher, from 0. */
export const teacherParameter: PerturbationParameter<number> = {
  input: teacherNode,
  logged: teacherNode,
  allowed: 'a teacher node, from 0',
  asks: (teachers) => [menuNode('teacher', 0, teachers)],
  read: ([node]) => node,
};

/** Two nodes of the teacher; `second`: which one the menu opens with beside the first. */
export const teachersParameter = (
  second: (teachers: number) => number,
): PerturbationParameter<readonly [number, number]> => ({
  input: later(() => z.tuple([teacherNode, teacherNode])),
  logged: later(() => z.tuple([teacherNode, teacherNode])),
  allowed: 'two teacher nodes, from 0',
  asks: (teachers) => [menuNode('first', 0, teachers), menuNode('second', second(teachers), teachers)],
  read: ([one, other]) => [one, other],
});

/** One of some words, each of which is an entry of the menu. */
export const choiceParameter = <const Choice extends string>(
  ...choices: readonly [Choice, ...Choice[]]
): PerturbationParameter<Choice> => ({
  input: later(() => z.enum(choices)),
  logged: later(() => z.enum(choices)),
  allowed: choices.join(' or '),
  asks: () => [],
  read: () => choices[0],
});
