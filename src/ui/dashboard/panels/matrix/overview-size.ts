/** Rows of the lists of all teacher nodes. */
const leastRows = 2;
const mostRows = 4;
/** Columns that a teacher node takes in them, about: "12◆34". */
const nodeColumns = 5;

/** Rows of an overview of all teacher nodes. */
export const overviewHeight = (columns: number, teachers: number): number =>
  Math.max(leastRows, Math.min(mostRows, Math.ceil((teachers * nodeColumns) / columns)));
