import { expect, test } from 'vitest';
import { resolveFrameEvery } from '../../src/experiment/cadence.js';
import { resolveExperiment } from '../../src/experiment/draft.js';
import { loggedSetup } from '../../src/run/open-run.js';
import { recordRun } from '../support/small-run.js';

test('a run goes on with the cadence that its header has, whatever auto comes to now', () => {
  const { run } = recordRun({});
  const experiment = resolveExperiment({ d: 4, m: 2, c: 2, trainSize: 16, evalSize: 16 }, 'test');
  const frameEvery = resolveFrameEvery(experiment) + 7;
  const header = { ...run.header, experiment, frameEvery };
  const choice = { engine: 'naive', precision: 'float64', strict: false } as const;
  expect(resolveFrameEvery(loggedSetup(header, choice, null).experiment)).toBe(frameEvery);
});
