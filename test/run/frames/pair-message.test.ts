import { expect, test } from 'vitest';
import { incomingAngle } from '../../../src/net/nodes.js';
import { recordRun } from '../../support/small-run.js';

const pair = { layer: 0, teacher: 2, student: 7 };

test('a run answers about a pair of nodes at once and before each frame, until it is asked no longer', () => {
  const { run, messages, teacher } = recordRun();
  const ofPairs = () => messages.filter((message) => message.type === 'pair');
  run.advance(10);
  expect(ofPairs()).toHaveLength(0);
  run.handle({ type: 'watch-pair', pair });
  run.advance(10);
  const [first, second] = ofPairs();
  expect([first.step, second.step]).toEqual([10, 20]);
  expect(messages[messages.indexOf(second) + 1]).toMatchObject({ type: 'frame', step: 20 });
  const { student } = run.takeSnapshot().engine;
  expect(second).toMatchObject(pair);
  expect(second.angle).toBe(incomingAngle(teacher, 2, student, 7, 0));
  expect(second.studentBias).toBe(student.hidden[0].bias?.[7]);
  run.handle({ type: 'watch-pair', pair: null });
  run.advance(10);
  expect(ofPairs()).toHaveLength(2);
});

test('a pair that is not there has no answer', () => {
  const { run, messages } = recordRun();
  for (const wrong of [
    { ...pair, teacher: 99 },
    { ...pair, student: 99 },
    { ...pair, layer: 3 },
  ])
    run.handle({ type: 'watch-pair', pair: wrong });
  expect(messages.some((message) => message.type === 'pair')).toBe(false);
});
