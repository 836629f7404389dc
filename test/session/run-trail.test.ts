import { expect, test } from 'vitest';
import type { RunEvent } from '../../src/protocol/event.js';
import { RunTrail } from '../../src/session/run-trail.js';

const changed = (step: number): RunEvent => ({
  type: 'event',
  event: 'learning-rate',
  ...{ step, from: 1, to: 2, cause: 'key' },
});

test('a run that was gone on with and changed before its first checkpoint can be gone on with again', () => {
  const checkpoint = Uint8Array.of(7);
  const trail = new RunTrail({ kind: 'memory', trainedSeconds: 3, checkpoint, events: [changed(5)] });
  trail.receive(changed(9));
  expect(trail.startPoint).toEqual({
    ...{ kind: 'memory', trainedSeconds: 3, checkpoint },
    events: [changed(5), changed(9)],
  });
  const later = Uint8Array.of(8);
  trail.keep(later);
  expect(trail.startPoint).toEqual({ kind: 'memory', trainedSeconds: 3, checkpoint: later, events: [] });
});
