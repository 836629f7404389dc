import * as z from 'zod';

/**
 * A schema that is built when it is first used, once: most starts and threads use few, and each part of one takes 20 us.
 * `unwrap` gives it with all that its own kind has.
 */
export const later = <Schema extends z.ZodType>(build: () => Schema): z.ZodLazy<Schema> => {
  let built: Schema | undefined;
  return z.lazy(() => {
    built ??= build();
    return built;
  });
};
