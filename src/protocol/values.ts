import * as z from 'zod';
import { replaceUnshown } from '../input/index.js';

/** Text from a file that anyone may have written: control characters would reach the terminal. */
export const text = z
  .string()
  .max(2000)
  .transform((value) => replaceUnshown(value));

/** A number, or null for one that was not finite. */
export const number = z
  .number()
  .nullable()
  .transform((value) => value ?? Number.NaN);

export const numbers = z.array(number);
export const table = z.array(numbers);

/** A number of things, or the place of one of them. */
export const count = z.int().min(0);

/** Place of a teacher node in its layer, or of an intervention in its list. */
export const place = count.max(1_000_000);
