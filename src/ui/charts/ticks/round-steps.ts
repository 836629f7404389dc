/** The smallest of 1, 2 and 5 times a power of ten that is not below a positive value. */
export const roundUp = (value: number): number => {
  const power = 10 ** Math.floor(Math.log10(value));
  // A hair of tolerance, so that what is round already stays where powers are rounded.
  return ([1, 2, 5].find((digit) => digit * power >= value * (1 - 1e-9)) ?? 10) * power;
};

/** Multiples of a step within a range, both ends included. */
export const multiplesOf = (step: number, from: number, to: number): number[] => {
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, at) => (first + at) * step);
};
