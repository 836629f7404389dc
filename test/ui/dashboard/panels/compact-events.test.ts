import { expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/protocol/event.js';
import type { Header } from '../../../../src/protocol/header.js';
import { compactEvents } from '../../../../src/ui/dashboard/panels/compact-events.js';
import { listedEvent } from '../../../../src/words/event-words.js';
import { syntheticHeader } from '../../../support/synthetic-run.js';

const event = (step: number, body: object): RunEvent => ({ type: 'event', step, ...body }) as RunEvent;
const match = (step: number, name: 'specialized' | 'lost', teacher: number): RunEvent =>
  event(step, { event: name, layer: 0, teacher, student: 1, correlation: 0.95, threshold: 0.95 });

/** Steps of the lines, with how often the node of each was lost. */
const lines = (events: readonly RunEvent[]) =>
  compactEvents(events, null).map(({ event, losses }) => ['step' in event ? event.step : null, losses]);

test('a node that flaps is one line that says how often it was lost, others keep theirs', () => {
  const flaps = [1, 2, 3, 4, 5].map((step) => match(step, step % 2 === 1 ? 'specialized' : 'lost', 7));
  expect(lines([...flaps, match(6, 'specialized', 2), match(7, 'lost', 2)])).toEqual([
    [5, 2],
    [6, 0],
    [7, 0],
  ]);
  expect(lines([...flaps, match(6, 'lost', 7)])).toEqual([[6, 3]]);
});

test('one student node of a change is one in the list of events', () => {
  const killed = event(5, { event: 'perturbed', summary: 'killed 1 student nodes drawn at random: 3' });
  expect(listedEvent(killed, { teacher: 't', momentOf: String, losses: 0 })).toBe(
    'killed 1 student node drawn at random: 3',
  );
});

test('what became of a node that flaps is said in plain words', () => {
  const told = (event: RunEvent, losses: number) =>
    listedEvent(event, { teacher: 't', momentOf: String, losses });
  expect(told(match(5, 'specialized', 7), 0)).toBe('t7 specialized by s1');
  expect(told(match(5, 'specialized', 7), 1)).toBe('t7 lost once, specialized again by s1');
  expect(told(match(5, 'specialized', 7), 3)).toBe('t7 lost 3 times, specialized again by s1');
  expect(told(match(6, 'lost', 7), 0)).toMatch(/^t7 lost, best match /);
  expect(told(match(6, 'lost', 7), 2)).toMatch(/^t7 lost twice, best match /);
});

test('single steps and thresholds in a row are one line each', () => {
  const steps = [1, 2, 3].map((step) => event(step, { event: 'paused' }));
  const thresholds = [0.99, 0.5].map((threshold) => event(3, { event: 'threshold', threshold }));
  expect(lines([...steps, ...thresholds])).toEqual([
    [3, 0],
    [3, 0],
  ]);
});

test('nodes that another threshold judges otherwise are no news', () => {
  const threshold = event(5, { event: 'threshold', threshold: 0.5 });
  expect(
    lines([threshold, match(5, 'specialized', 1), match(5, 'specialized', 2), match(9, 'lost', 1)]),
  ).toEqual([
    [5, 0],
    [9, 0],
  ]);
});

test('a run that another takes the place of is not told to have paused for that', () => {
  const [paused, stopped] = [event(4, { event: 'paused' }), event(4, { event: 'stopped', summary: 'quit' })];
  expect(compactEvents([paused, stopped], null).map(({ event }) => event)).toEqual([stopped]);
});

test('each event counts time as the run does that it is of', () => {
  const [first, second] = ['first', 'second'].map((title) => syntheticHeader({ title }));
  const events = [
    { type: 'started', header: first } as const,
    match(1, 'specialized', 1),
    { type: 'started', header: second } as const,
    match(1, 'specialized', 1),
  ];
  const titles = (current: Header) => compactEvents(events, current).map(({ header }) => header?.title);
  expect(titles(second)).toEqual(['first', 'first', 'second', 'second']);
  // The first run has been brought back: what follows is its own.
  const back = event(2, { event: 'continued' });
  expect(
    compactEvents([...events, back, match(3, 'lost', 1)], first).map(({ header }) => header?.title),
  ).toEqual(['first', 'first', 'second', 'second', 'first', 'first']);
});
