import { expect, test } from 'vitest';
import { planOf } from '../../src/commands/train/plan.js';
import { loadPreset } from '../../src/experiment/preset.js';

const given = (...texts: readonly string[]) => ({
  settings: texts.map((text) => ({ option: '--set', text })),
  interventions: [],
  breakpoints: [],
});

test.each([
  [[], 'Paper, m=20 (p=1.5, 5x)'],
  [['seed=4', 'epochs=3'], 'Paper, m=20 (p=1.5, 5x)'],
  [['multi=10'], 'Paper, m=20 with multi=10'],
  [['multi=10', 'c=5', 'multi=2'], 'Paper, m=20 with multi=2, c=5'],
])('with the settings %j paper-m20 is called "%s"', (texts, title) => {
  expect(planOf(loadPreset('paper-m20'), given(...texts)).title).toBe(title);
});
