/** A share in two significant digits: 0.037%, 0.9%, 5%, 26%; a dash where there is none, >999% from tenfold on, <-999% likewise. */
export const percent = (share: number): string => {
  if (Number.isNaN(share)) return '-';
  if (Math.abs(share) >= 10) return share > 0 ? '>999%' : '<-999%';
  return `${Number((100 * share).toPrecision(2))}%`;
};
