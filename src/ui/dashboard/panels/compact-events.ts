import type { Header } from '../../../protocol/index.js';
import type { ListedEvent } from '../../../store/index.js';

/** An event of the list, how often its node was lost up to it where it stands for all of the node's, and the header of its run. */
export type CompactEvent = {
  readonly event: ListedEvent;
  readonly losses: number;
  readonly header: Header | null;
};

/** Changes of a node from which on they are told in one line. */
const flapping = 3;

const isMatch = (event: ListedEvent) =>
  event.type === 'event' && (event.event === 'specialized' || event.event === 'lost');

const isLoss = (event: ListedEvent): boolean => event.type === 'event' && event.event === 'lost';

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
  const ofNodes = new Map<string, ListedEvent[]>();
  events.slice(started + 1).forEach((event) => {
    const node = nodeOf(event);
    if (node !== null) ofNodes.set(node, [...(ofNodes.get(node) ?? []), event]);
  });
  return withHeaders(events, current).flatMap(({ event, header }, at) => {
    const node = at > started ? nodeOf(event) : null;
    const all = node === null ? [] : (ofNodes.get(node) ?? []);
    if (all.length < flapping) return [{ event, header, losses: 0 }];
    return event === all.at(-1) ? [{ event, header, losses: all.filter(isLoss).length }] : [];
  });
};
