import { expect, test } from 'vitest';
import type { Frame } from '../../src/protocol/frame.js';
import { ReportedLines } from '../../src/report/reported-lines.js';
import { syntheticFrame, syntheticHeader } from '../support/synthetic-run.js';

const megabyte = 1024 ** 2;

/** The frames that are kept of a log whose lines are so far apart. */
const kept = (frames: number, bytesApart: number): Frame[] => {
  const header = syntheticHeader({ frames });
  const lines = new ReportedLines();
  for (let at = 0; at < frames; at++) {
    const place = { number: at + 1, offset: at * bytesApart, bytes: bytesApart };
    lines.add({ line: syntheticFrame(header, at), ...place });
  }
  return lines.all.filter((line) => line.type === 'frame');
};

const isWhole = ({ layers }: Frame): boolean => layers[0].correlation.length > 0;

test('all frames of a usual log are whole', () => {
  expect(kept(100, megabyte / 10).every(isWhole)).toBe(true);
});

test('of a long log the first ones, some on the way and the last are whole, all others there for the curves', () => {
  const frames = kept(1600, megabyte / 32);
  expect(frames.length).toBe(1600);
  expect(frames.slice(0, 16 * 32).every(isWhole)).toBe(true);
  expect(frames.slice(-1).every(isWhole)).toBe(true);
  const light = frames.filter((frame) => !isWhole(frame));
  expect(light.length).toBeGreaterThan(500);
  expect(light.every(({ layers }) => layers[0].bestMatchOfTeacher.length === 10)).toBe(true);
  // A moment of the run is shown by a frame no further from it than a share of it.
  const gaps = frames.flatMap((frame, at) => (isWhole(frame) ? [at] : []));
  for (const [k, at] of gaps.slice(1).entries()) expect(at - gaps[k]).toBeLessThanOrEqual(1 + at / 256);
});
