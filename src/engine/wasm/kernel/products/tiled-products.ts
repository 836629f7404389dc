// The three products of a step, cut into tiles. A tile of rows is the unit of work that threads share: the cut does not
// depend on how many threads there are, and neither do the bits.
import { panelAt, perPanel, rowAt } from './panel';
import { ADD, GATE, LINEAR, STORE, tileOfColumns, tileOfRows } from './tile';

/**
 * Most rows of a tile: its sums and operands take the 15 registers that V8 hands out, in vectors of 256 bits with six
 * rows, of 128 bits with four; in the strict builds the products take one more.
 */
const MOST: i32 = WIDE && ASC_FEATURE_RELAXED_SIMD ? 6 : 4;
/** Rows that threads share out together: whole tiles of either size, and whole groups of a transposition. */
const BAND: i32 = 12;
/** Most of the depth that is taken at once: two operands of so many lines stay in the first-level cache. */
export const DEPTH: i32 = 128;
/** Narrow tiles are half a line wide. */
const HALF: usize = 32;

/** Tiles that so many rows are cut into. */
@inline
export function tilesOf(rows: i32): i32 {
  return (rows + MOST - 1) / MOST;
}

/** The row at which a tile starts: as many rows as a tile may have, the last two tiles of about the same size. */
export function tileStart(rows: i32, tile: i32): i32 {
  const tiles = tilesOf(rows);
  if (tile >= tiles) return rows;
  if (tile < tiles - 1 || tile == 0) return tile * MOST;
  const before = (tiles - 2) * MOST;
  return before + ((rows - before + 1) >> 1);
}

/** Bands that so many rows are cut into; the last one takes what is left. */
@inline
export function bandsOf(rows: i32): i32 {
  return max<i32>(1, rows / BAND);
}

/** The first tile of a band. */
@inline
export function bandStart(rows: i32, band: i32): i32 {
  return band == bandsOf(rows) ? tilesOf(rows) : band * (BAND / MOST);
}

/** The band that a row lies in. */
@inline
export function bandAt(rows: i32, row: i32): i32 {
  return min<i32>(row / BAND, bandsOf(rows) - 1);
}

/** Size of the blocks that a depth is cut into: about equal, whole panels. */
function depthBlock<T>(depth: i32): i32 {
  const blocks = (depth + DEPTH - 1) / DEPTH;
  const mask = perPanel<T>() - 1;
  return ((depth + blocks - 1) / blocks + mask) & ~mask;
}

function columns6<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(6, a, b, depth, out, more, activation, slope);
}
function columns5<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(5, a, b, depth, out, more, activation, slope);
}
function columns4<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(4, a, b, depth, out, more, activation, slope);
}
function columns3<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(3, a, b, depth, out, more, activation, slope);
}
function columns2<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(2, a, b, depth, out, more, activation, slope);
}
function columns1<T>(a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T): void {
  tileOfColumns<T>(1, a, b, depth, out, more, activation, slope);
}

function columns<T>(
  rows: i32, a: usize, b: usize, depth: i32, out: usize, more: bool, activation: i32, slope: T,
): void {
  if (rows == 6) columns6<T>(a, b, depth, out, more, activation, slope);
  else if (rows == 5) columns5<T>(a, b, depth, out, more, activation, slope);
  else if (rows == 4) columns4<T>(a, b, depth, out, more, activation, slope);
  else if (rows == 3) columns3<T>(a, b, depth, out, more, activation, slope);
  else if (rows == 2) columns2<T>(a, b, depth, out, more, activation, slope);
  else columns1<T>(a, b, depth, out, more, activation, slope);
}

function rows6<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(6, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}
function rows5<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(5, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}
function rows4<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(4, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}
function rows3<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(3, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}
function rows2<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(2, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}
function rows1<T>(
  a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  tileOfRows<T>(1, a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}

function rows<T>(
  count: i32, a: usize, aStep: usize, b: usize, depth: i32, out: usize, more: bool, finish: i32, gates: usize, scale: T,
  squares: usize, lastSquares: usize,
): void {
  if (count == 6) rows6<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
  else if (count == 5) rows5<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
  else if (count == 4) rows4<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
  else if (count == 3) rows3<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
  else if (count == 2) rows2<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
  else rows1<T>(a, aStep, b, depth, out, more, finish, gates, scale, squares, lastSquares);
}

/**
 * out = activation(w^T x) in unit tiles [from, to): w [depth x units], x [depth x columns], out [units x columns].
 * Unit tiles are counted panel of w by panel of w. `more`: the sum is added to what is there.
 */
export function forwardTiles<T>(
  w: usize, wStep: usize, x: usize, xStep: usize, depth: i32, units: i32, columnPanels: i32, out: usize,
  outStep: usize, more: bool, activation: i32, slope: T, from: i32, to: i32,
): void {
  const block = depthBlock<T>(depth), each = tilesOf(perPanel<T>());
  for (let k = 0; k < depth; k += block) {
    const length = min<i32>(block, depth - k), last = k + length == depth;
    for (let tile = from; tile < to;) {
      const panel = tile / each, first = panel * perPanel<T>(), until = min<i32>(to, (panel + 1) * each);
      const here = min<i32>(perPanel<T>(), units - first);
      const a = rowAt(panelAt(w, wStep, panel), k);
      for (let p = 0; p < columnPanels; p++) {
        const b = rowAt(panelAt(x, xStep, p), k), o = rowAt(panelAt(out, outStep, p), first);
        let row = tileStart(here, tile - panel * each);
        for (let t = tile; t < until; t++) {
          const next = tileStart(here, t - panel * each + 1);
          const scalars = a + (<usize>row) * sizeof<T>(), at = rowAt(o, row), become = last ? activation : LINEAR;
          const adds = more || k > 0;
          columns<T>(next - row, scalars, b, length, at, adds, become, slope);
          if (!WIDE) columns<T>(next - row, scalars, b + HALF, length, at + HALF, adds, become, slope);
          row = next;
        }
      }
      tile = until;
    }
  }
}

/** Unit tiles of forwardTiles. */
@inline
export function unitTiles<T>(units: i32): i32 {
  const full = units / perPanel<T>();
  return full * tilesOf(perPanel<T>()) + tilesOf(units - full * perPanel<T>());
}

/** The unit at which a unit tile starts. */
export function unitStart<T>(units: i32, tile: i32): i32 {
  const each = tilesOf(perPanel<T>()), panel = tile / each, first = panel * perPanel<T>();
  return first + tileStart(min<i32>(perPanel<T>(), units - first), tile - panel * each);
}

/**
 * out = gate(w g) in row tiles [from, to), the row of biases aside: w [inputs + 1 x units], g [units x columns], out
 * and gates [inputs x columns].
 */
export function backwardTiles<T>(
  w: usize, wStep: usize, g: usize, gStep: usize, inputs: i32, units: i32, columnPanels: i32, out: usize,
  outStep: usize, gates: usize, gatesStep: usize, gated: bool, from: i32, to: i32,
): void {
  const block = depthBlock<T>(units);
  for (let n = 0; n < units; n += block) {
    const length = min<i32>(block, units - n);
    const finish = gated && n + length == units ? GATE : STORE;
    let row = tileStart(inputs + 1, from);
    for (let tile = from; tile < to; tile++) {
      const next = min<i32>(tileStart(inputs + 1, tile + 1), inputs);
      if (next == row) break;
      const a = rowAt(panelAt(w, wStep, n / perPanel<T>()), row);
      for (let p = 0; p < columnPanels; p++) {
        const b = rowAt(panelAt(g, gStep, p), n), o = rowAt(panelAt(out, outStep, p), row);
        const q = rowAt(panelAt(gates, gatesStep, p), row);
        rows<T>(next - row, a, wStep, b, length, o, n > 0, finish, q, 0, 0, 0);
        if (!WIDE) rows<T>(next - row, a, wStep, b + HALF, length, o + HALF, n > 0, finish, q + HALF, 0, 0, 0);
      }
      row = next;
    }
  }
}

/**
 * finish(x g) in row tiles [from, to) of one panel: x [rows x depth], g: the panel, [depth x 64 bytes], out: the panel,
 * [rows x 64 bytes]. squares: a line for each band, 0 for none; the last row's go to lastSquares.
 */
export function outerTiles<T>(
  x: usize, xStep: usize, g: usize, rowCount: i32, depth: i32, out: usize, finish: i32, scale: T, squares: usize,
  lastSquares: usize, from: i32, to: i32,
): void {
  let row = tileStart(rowCount, from);
  for (let tile = from; tile < to; tile++) {
    const next = tileStart(rowCount, tile + 1);
    const a = rowAt(x, row), o = rowAt(out, row);
    const s = squares ? rowAt(squares, bandAt(rowCount, row)) : 0, l = next == rowCount ? lastSquares : s;
    rows<T>(next - row, a, xStep, g, depth, o, false, finish, 0, scale, s, l);
    if (!WIDE)
      rows<T>(next - row, a, xStep, g + HALF, depth, o + HALF, false, finish, 0, scale, s ? s + HALF : 0, l + HALF);
    row = next;
  }
}

/**
 * `outerTiles` over any depth, block after block: `finish`, STORE or ADD, becomes of the first, the others are added to it.
 * g: the panel, [depth x 64 bytes].
 */
export function outerSum<T>(
  x: usize, xStep: usize, g: usize, rowCount: i32, depth: i32, out: usize, finish: i32, from: i32, to: i32,
): void {
  for (let d = 0; d < depth; d += DEPTH) {
    const block = panelAt(x, xStep, d / perPanel<T>()), length = min<i32>(DEPTH, depth - d);
    outerTiles<T>(block, xStep, rowAt(g, d), rowCount, length, out, d == 0 ? finish : ADD, 0, 0, 0, from, to);
  }
}
