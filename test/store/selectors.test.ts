import { describe, expect, test } from 'vitest';
import type { Frame } from '../../src/protocol/frame.js';
import { cellClass, standingsOf } from '../../src/store/selectors.js';
import { initialState, reduce, type State } from '../../src/store/state.js';
import { syntheticFrame, syntheticHeader, syntheticMessages } from '../support/synthetic-run.js';

test('a cell is classified strictly above the threshold, and by how many of its row are', () => {
  expect(cellClass(0.95, 0, 0.95)).toBe('partial');
  expect(cellClass(0.96, 1, 0.95)).toBe('one');
  expect(cellClass(0.96, 2, 0.95)).toBe('several');
  expect(cellClass(-0.9, 1, 0.95)).toBe('none');
  expect(cellClass(Number.NaN, 0, 0.95)).toBe('none');
});

describe('the standing of a teacher node', () => {
  const header = syntheticHeader({});
  const late = syntheticFrame(header, 71);
  const play = (frames: readonly Frame[]): State => frames.reduce(reduce, reduce(initialState, header));

  test('says by how many student nodes it is learned, or how far it is', () => {
    const standings = standingsOf(syntheticMessages({ until: 71 }).reduce(reduce, initialState), 0);
    expect(standings[0]).toEqual({ standing: 'one', learners: 1 });
    expect(standings[1]).toEqual({ standing: 'several', learners: 2 });
    expect(standings[9].learners).toBe(0);
    expect(['partial', 'none']).toContain(standings[9].standing);
  });

  test('is lost once it has been learned and is no longer, until it is learned again', () => {
    const early = { ...syntheticFrame(header, 1), step: 72_000 };
    const back = { ...late, step: 73_000 };
    expect(standingsOf(play([late, early]), 0)[0]).toEqual({ standing: 'lost', learners: 0 });
    expect(standingsOf(play([late, early, back]), 0)[0].standing).toBe('one');
    expect(standingsOf(play([early]), 0)[0].standing).not.toBe('lost');
  });
});
