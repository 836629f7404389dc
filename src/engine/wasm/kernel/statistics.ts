// What the metrics of one hidden layer add up over a block of samples, by panels of units.
import { LINE, panelAt, panelsOf, perPanel, rowAt } from './products/panel';
import { outerTiles, tilesOf } from './products/tiled-products';
import { Layer } from './host-records';
import { ADD } from './products/tile';
import { turnRows } from './products/turn';
import { multiplyAdd, VECTOR, zero } from './products/vector';

/** Samples whose activity is one word, one bit a sample. */
export const GROUP: i32 = 32;

/** totals += v in double precision; totals: as many doubles as v has lanes. */
@inline
function addLanes<T>(totals: usize, v: v128): void {
  if (sizeof<T>() == 8) {
    v128.store(totals, f64x2.add(v128.load(totals), v));
    return;
  }
  const high = v128.shuffle<f32>(v, v, 2, 3, 2, 3);
  v128.store(totals, f64x2.add(v128.load(totals), f64x2.promote_low_f32x4(v)));
  v128.store(totals + VECTOR, f64x2.add(v128.load(totals + VECTOR), f64x2.promote_low_f32x4(high)));
}

/** Adds float32 sums to as many doubles; they become zero. */
@inline
function drain(totals: usize, sums: usize, bytes: usize): void {
  for (let j: usize = 0; j < bytes; j += VECTOR) {
    addLanes<f32>(totals + 2 * j, v128.load(sums + j));
    v128.store(sums + j, zero());
  }
}

/** Adds the squares of the units of a transposed panel [samples x 64 bytes] to doubles. */
@inline
function addSquares<T>(turned: usize, samples: i32, squares: usize): void {
  const end = rowAt(turned, samples);
  for (let j: usize = 0; j < LINE; j += VECTOR) {
    let sum = zero();
    for (let p = turned + j; p < end; p += LINE) {
      const units = v128.load(p);
      sum = multiplyAdd<T>(units, units, sum);
    }
    addLanes<T>(squares + j * (8 / sizeof<T>()), sum);
  }
}

/** Bits of the lanes that are active. */
@inline
function activeLanes<T>(units: usize): i32 {
  const active = v128.gt<T>(v128.load(units), zero());
  return sizeof<T>() == 4 ? i32x4.bitmask(active) : i64x2.bitmask(active);
}

/** On which of a group's samples a unit is active: the first is the lowest bit. units: its line in the group's first panel. */
@inline
function activityOf<T>(units: usize, step: usize, samples: i32): i32 {
  const lanes = <i32>(VECTOR / sizeof<T>());
  let word = 0;
  for (let first = 0; first < samples; first += perPanel<T>()) {
    for (let j = 0; j < perPanel<T>(); j += lanes)
      word |= activeLanes<T>(units + (<usize>j) * sizeof<T>()) << (first + j);
    units += step;
  }
  return samples < GROUP ? word & ((1 << samples) - 1) : word;
}

/** Activity of rows [first, end) in the group of samples that starts at `group`: a word each. */
export function packActivity<T>(
  units: usize, step: usize, first: i32, end: i32, group: i32, samples: i32, words: usize,
): void {
  const panel = panelAt(units, step, group / perPanel<T>()), count = min<i32>(GROUP, samples - group);
  for (let row = first; row < end; row++) {
    store<i32>(words, activityOf<T>(rowAt(panel, row), step, count));
    words += 4;
  }
}

/** Set bits of each of four words. */
@inline
function countBits(words: v128): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.extadd_pairwise_i8x16_u(i8x16.popcnt(words)));
}

/** Adds the group's samples on which teacher and student are both active to a panel of counts. activity: of its units. */
@inline
function countTogether<T>(teacherActivity: usize, teacherUnits: i32, activity: usize, counts: usize): void {
  const bytes = <usize>perPanel<T>() << 2;
  for (let j = 0; j < teacherUnits; j++) {
    const word = load<i32>(teacherActivity + ((<usize>j) << 2));
    if (word) {
      const words = i32x4.splat(word);
      for (let k: usize = 0; k < bytes; k += VECTOR) {
        const both = countBits(v128.and(words, v128.load(activity + k)));
        v128.store(counts + k, i32x4.add(v128.load(counts + k), both));
      }
    }
    counts += bytes;
  }
}

/** Adds a block's units of one position to the sums of a panel of units. teacher: its first line. Mutates `turned`. */
function addPosition<T>(layer: Layer, samples: i32, position: i32, panel: i32, teacher: usize): void {
  const rows = layer.teacherUnits, step = rowAt(0, rows), first = panel * perPanel<T>();
  const end = min<i32>(first + perPanel<T>(), layer.units), turned = panelAt(layer.turned, layer.turnedStep, panel);
  turnRows<T>(
    rowAt(layer.measured, position * layer.units), layer.measuredStep, 0, panelsOf<T>(samples), first, end,
    layer.turned, layer.turnedStep,
  );
  const totals = panelAt(layer.totals, step * (8 / sizeof<T>()), panel);
  const sums = sizeof<T>() == 8 ? totals : panelAt(layer.products, step, panel), teacherStep = step * layer.positions;
  outerTiles<T>(teacher, teacherStep, turned, rows, samples, sums, ADD, 0, 0, 0, 0, tilesOf(rows));
  if (sizeof<T>() == 4) drain(totals, sums, step);
  addSquares<T>(turned, samples, layer.unitSquares + ((<usize>first) << 3));
}

/** Adds to the counts of a panel of units on how many samples of a block they are active at one position. */
function countPosition<T>(layer: Layer, samples: i32, position: i32, panel: i32, teacherActivity: usize): void {
  const rows = layer.teacherUnits, first = panel * perPanel<T>(), end = min<i32>(first + perPanel<T>(), layer.units);
  const counts = panelAt(layer.counts, (<usize>(rows * perPanel<T>())) << 2, panel);
  const units = rowAt(layer.out, position * layer.units), words = layer.activity + ((<usize>first) << 2);
  for (let group = 0; group < samples; group += GROUP) {
    packActivity<T>(units, layer.outStep, first, end, group, samples, words);
    countTogether<T>(teacherActivity, rows, words, counts);
    teacherActivity += (<usize>(rows * layer.positions)) << 2;
  }
}

/**
 * Adds a block of samples, from row `teacherRow` on, to the sums of panels [from, to) of a layer's units. `counts`: those of samples
 * on which units are active too. Mutates `turned`.
 */
export function addStatistics<T>(
  layer: Layer, samples: i32, teacherRow: i32, counts: bool, from: i32, to: i32,
): void {
  const rows = layer.teacherUnits, allRows = rows * layer.positions;
  const teacher = panelAt(layer.teacher, rowAt(0, allRows), teacherRow / perPanel<T>());
  const activity = layer.teacherActivity + ((<usize>(teacherRow / GROUP * allRows)) << 2);
  for (let panel = from; panel < to; panel++) {
    for (let position = 0; position < layer.positions; position++) {
      addPosition<T>(layer, samples, position, panel, rowAt(teacher, position * rows));
      if (counts) countPosition<T>(layer, samples, position, panel, activity + ((<usize>(position * rows)) << 2));
    }
  }
}
