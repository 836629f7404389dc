/** A share in two significant digits: 0.037%, 0.9%, 5%, 26%; a dash where there is none, >999% from tenfold on. */
export const percent = (share: number): string => {
  if (Number.isNaN(share)) return '-';
  return share >= 10 ? '>999%' : `${Number((100 * share).toPrecision(2))}%`;
};
