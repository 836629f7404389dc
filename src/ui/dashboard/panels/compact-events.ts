import type { Header } from '../../../protocol/index.js';
import type { ListedEvent } from '../../../store/index.js';

/** An event of the list, how often the same has happened to the same node up to it, and the header of its run. */
export type CompactEvent = {
  readonly event: ListedEvent;
  readonly times: number;
  readonly header: Header | null;
};

/** Changes of a node from which on they are told in one line. */
const flapping = 3;

const isMatch = (event: ListedEvent) =>
  event.type === 'event' && (event.event === 'specialized' || event.event === 'lost');

/** What a line tells of: of a flapping node one is enough. */
const nodeOf = (event: ListedEvent): string | null =>
  event.type === 'event' && 'teacher' in event ? `${event.layer} ${event.teacher}` : null;

/**
 * Whether the next event makes this one needless: of thresholds and of pauses in a row the last one counts, and a run that
 * was ended needs not be told to have paused for that.
 */
const isOvertaken = (event: ListedEvent, next: ListedEvent | undefined): boolean => {
  if (event.type !== 'event' || next?.type !== 'event') return false;
  if (event.event === 'threshold') return next.event === 'threshold';
  return event.event === 'paused' && (next.event === 'paused' || next.event === 'stopped');
};

/** Nodes that are above or below another threshold at once: nothing has happened to them. */
const withoutJudgements = (events: readonly ListedEvent[]): ListedEvent[] => {
  let judgedAt: number | null = null;
  return events.filter((event) => {
    if (event.type === 'event' && event.event === 'threshold') judgedAt = event.step;
    else if (!isMatch(event) || event.type !== 'event' || event.step !== judgedAt) judgedAt = null;
    return judgedAt === null || !isMatch(event);
  });
};

/** Each event with the header of the run that it is of: that of the latest start before it, but a run can come back. */
const withHeaders = (
  events: readonly ListedEvent[],
  current: Header | null,
): { readonly event: ListedEvent; readonly header: Header | null }[] => {
  const back = events.findLastIndex((event) => event.type === 'started' || event.event === 'continued');
  let header = current;
  return events.map((event, at) => {
    if (event.type === 'started') header = event.header;
    return { event, header: at >= back ? current : header };
  });
};

/**
 * The events in fewer lines, newest last: a node that flaps in one, thresholds and single steps in one each. `current`:
 * the header of the run on display.
 */
export const compactEvents = (
  all: readonly ListedEvent[],
  current: Header | null,
): readonly CompactEvent[] => {
  const events = withoutJudgements(all).filter((event, at, list) => !isOvertaken(event, list[at + 1]));
  const started = events.findLastIndex(({ type }) => type === 'started');
  const counts = new Map<string, number>();
  const told = withHeaders(events, current).map(({ event, header }, at) => {
    const node = at > started ? nodeOf(event) : null;
    if (node === null) return { event, header, node, times: 1 };
    const times = (counts.get(node) ?? 0) + 1;
    counts.set(node, times);
    return { event, header, node, times };
  });
  return told
    .filter(({ node, times }) => {
      const all = node === null ? 0 : (counts.get(node) ?? 0);
      return all < flapping || times === all;
    })
    .map(({ event, header, times }) => ({ event, header, times: times < flapping ? 1 : times }));
};
