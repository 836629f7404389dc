import { expect, test } from 'vitest';
import { TrainingClock } from '../../../src/run/frames/training-clock.js';

/** Trains pieces of 10 steps in 0.1 s, and takes a frame every 100 steps, for 2 s more. Returns the speeds of the frames. */
const speedsOfFrames = (frames: number): number[] => {
  let ms = 0;
  const clock = new TrainingClock(() => ms);
  const speeds: number[] = [];
  for (let step = 10; step <= 100 * frames; step += 10)
    clock.measure(() => {
      ms += 100;
      if (step % 100 === 0) {
        speeds.push(clock.stepsPerSecond);
        clock.frameTaken();
        ms += 2000;
      }
      return step;
    });
  return speeds;
};

test('the speed of frames that take longer than they are apart is that of steps over time', () => {
  const [first, ...others] = speedsOfFrames(6);
  expect(first).toBeCloseTo(100, 0);
  // 100 steps in 1 s, and 2 s of evaluation.
  for (const speed of others) expect(speed).toBeCloseTo(100 / 3, 0);
});

test('a jump is no training: nothing before it counts', () => {
  let ms = 0;
  const clock = new TrainingClock(() => ms);
  const train = (to: number): void =>
    clock.measure(() => {
      ms += 100;
      return to;
    });
  for (const step of [100, 200, 300]) train(step);
  clock.frameTaken();
  clock.resetSpeed();
  expect(clock.stepsPerSecond).toBe(0);
  for (const step of [20, 30, 40]) train(step);
  expect(clock.stepsPerSecond).toBeCloseTo(100, 9);
});
