import type { ListedEvent } from '../../../store/index.js';

/** An event of the list, and how often the same has happened to the same node up to it. */
export type CompactEvent = { readonly event: ListedEvent; readonly times: number };

/** Changes of a node from which on they are told in one line. */
const flapping = 3;

const isMatch = (event: ListedEvent) =>
  event.type === 'event' && (event.event === 'specialized' || event.event === 'lost');

/** What a line tells of: of a flapping node one is enough. */
const nodeOf = (event: ListedEvent): string | null =>
  event.type === 'event' && 'teacher' in event ? `${event.layer} ${event.teacher}` : null;

/** Whether the next event makes this one needless: of thresholds and of pauses in a row the last one counts. */
const isOvertaken = (event: ListedEvent, next: ListedEvent | undefined): boolean =>
  event.type === 'event' &&
  next?.type === 'event' &&
  event.event === next.event &&
  (event.event === 'threshold' || event.event === 'paused');

/** Nodes that are above or below another threshold at once: nothing has happened to them. */
const withoutJudgements = (events: readonly ListedEvent[]): ListedEvent[] => {
  let judgedAt: number | null = null;
  return events.filter((event) => {
    if (event.type === 'event' && event.event === 'threshold') judgedAt = event.step;
    else if (!isMatch(event) || event.type !== 'event' || event.step !== judgedAt) judgedAt = null;
    return judgedAt === null || !isMatch(event);
  });
};

/** The events in fewer lines, newest last: a node that flaps in one, thresholds and single steps in one each. */
export const compactEvents = (all: readonly ListedEvent[]): readonly CompactEvent[] => {
  const events = withoutJudgements(all).filter((event, at, list) => !isOvertaken(event, list[at + 1]));
  const started = events.findLastIndex(({ type }) => type === 'started');
  const counts = new Map<string, number>();
  const told = events.map((event, at) => {
    const node = at > started ? nodeOf(event) : null;
    if (node === null) return { event, node, times: 1 };
    const times = (counts.get(node) ?? 0) + 1;
    counts.set(node, times);
    return { event, node, times };
  });
  return told
    .filter(({ node, times }) => {
      const all = node === null ? 0 : (counts.get(node) ?? 0);
      return all < flapping || times === all;
    })
    .map(({ event, times }) => ({ event, times: times < flapping ? 1 : times }));
};
