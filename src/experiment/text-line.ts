import * as z from 'zod';

/** One line without control characters, which would reach the terminal. */
export const textLine = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u);
