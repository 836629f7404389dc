import { expect, test } from 'vitest';
import { Sentences } from '../../src/words/sentences.js';
import { syntheticMessages } from '../support/synthetic-run.js';

test('a run is told in sentences, one for every event and for a frame every few seconds', () => {
  let now = 0;
  const lines: string[] = [];
  const sentences = new Sentences(
    (line) => lines.push(line),
    () => now,
    5000,
  );
  for (const message of syntheticMessages()) {
    sentences.receive(message);
    if (message.type === 'frame') now += 1000;
  }
  for (const line of lines) expect(line).toMatch(/^[A-Z].*\.$/);
  expect(lines.join('')).not.toMatch(/[|→●◆_]| {2}|->/u);
});
