import type { Header } from '../protocol/index.js';

const textOf = (value: unknown): string => {
  if (value === undefined || (typeof value === 'number' && Number.isNaN(value))) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** Settings and engines in which runs differ, with what each has; what a log does not say is empty. */
export const differingSettings = (
  headers: readonly Header[],
): readonly (readonly [setting: string, values: readonly string[]])[] => {
  const settings = headers.map(({ experiment, engine }): Readonly<Record<string, unknown>> => {
    const { engine: name, variant, precision } = engine;
    return { ...experiment, engine: `${name} ${variant} ${precision}` };
  });
  return [...new Set(settings.flatMap((one) => Object.keys(one)))]
    .map((key) => [key, settings.map((one) => textOf(one[key]))] as const)
    .filter(([, values]) => new Set(values).size > 1);
};
