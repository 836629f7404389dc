/** Columns of one teacher node in the overview, and of ten with their number. */
export const overviewTen = 14;
const mostOverviewRows = 4;

/** Tens of teacher nodes that a row of the overview holds. */
export const overviewTens = (columns: number): number => Math.max(1, Math.floor(columns / overviewTen));

/** Rows of an overview of all teacher nodes. */
export const overviewHeight = (columns: number, teachers: number): number =>
  Math.min(mostOverviewRows, Math.ceil(Math.ceil(teachers / 10) / overviewTens(columns)));
