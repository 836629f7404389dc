/** Rows first .. end of a data set, and their weight in a mean over evaluation batches. */
export type Chunk = { readonly first: number; readonly end: number; readonly share: number };

const ranges = (from: number, to: number, size: number): { first: number; end: number }[] =>
  Array.from({ length: Math.ceil((to - from) / size) }, (_, i) => ({
    first: from + i * size,
    end: Math.min(to, from + (i + 1) * size),
  }));

/** Evaluation batches, the last one possibly short and of the same weight as the others, cut into chunks. */
export const evaluationChunks = (rows: number, batch: number, chunkRows: number): Chunk[] => {
  const batches = ranges(0, rows, batch);
  return batches.flatMap(({ first, end }) =>
    ranges(first, end, chunkRows).map((chunk) => ({
      ...chunk,
      share: (chunk.end - chunk.first) / ((end - first) * batches.length),
    })),
  );
};
