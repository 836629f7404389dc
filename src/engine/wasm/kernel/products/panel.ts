// Every matrix lies in panels of 64 bytes: [columns / perPanel][rows][64 bytes]. A step is the distance in bytes from a
// panel to the next; the columns that fill up the last panel are never read as numbers of the matrix.

/** Bytes of a row within a panel: a cache line, and four vectors. */
export const LINE: usize = 64;

/** Zeros, as many lines as a tile has rows. */
export const ZEROS: usize = memory.data(6 * 64, 64);

/** Columns in a panel: 16 in float32, 8 in float64. */
@inline
export function perPanel<T>(): i32 {
  return <i32>(LINE / sizeof<T>());
}

/** Panels that so many columns take. */
@inline
export function panelsOf<T>(columns: i32): i32 {
  return (columns + perPanel<T>() - 1) / perPanel<T>();
}

/** Where a row of a panel begins. */
@inline
export function rowAt(panel: usize, row: i32): usize {
  return panel + ((<usize>row) << 6);
}

/** Where a panel of a matrix begins. */
@inline
export function panelAt(matrix: usize, step: usize, panel: i32): usize {
  return matrix + (<usize>panel) * step;
}
