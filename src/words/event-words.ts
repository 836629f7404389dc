import { counted } from '../input/index.js';
import type { Breakpoint, RunEvent } from '../protocol/index.js';
import { inNumber } from './in-number.js';
import { grouped, judged, rate } from './numbers.js';

type EventName = RunEvent['event'];

/** The events of a name. */
type Named<Name extends EventName, Event = RunEvent> = Event extends { readonly event: infer Names }
  ? Name extends Names
    ? Event
    : never
  : never;

/** What a list calls a teacher node, as far as its number, and a moment: "epoch 12.5". */
export type ListNames = {
  readonly teacher: string;
  readonly momentOf: (step: number) => string;
  /** How often its node has been lost, where an event stands for all of a node's; 0 where each stands for itself. */
  readonly losses: number;
};

const often = (times: number): string => (times === 1 ? 'once' : times === 2 ? 'twice' : `${times} times`);

/** What is said of an event. */
type Words<Event> = {
  /** On a line of its own, without its step. `layers`: hidden layers of the run. */
  readonly line: (event: Event, layers: number) => string;
  /** In a list, its step beside it. */
  readonly listed: (event: Event, names: ListNames) => string;
  /** On a curve that it changed; null where it did not. */
  readonly mark: ((event: Event) => string) | null;
};

const matchLine = (event: Named<'specialized'>, layers: number): string =>
  `${layers > 1 ? `layer ${event.layer} ` : ''}teacher node ${event.teacher} ${event.event} (best match ${judged(event.correlation, event.threshold)}, student node ${event.student})`;

/** The summary of a jump, its step in groups of digits. */
const whereTo = ({ summary, toStep }: Named<'redone'>): string =>
  summary.replace(`step ${toStep}`, `step ${grouped(toStep)}`);

/** A jump whose summary says where it leads. */
const jump: Words<Named<'redone'>> = {
  line: whereTo,
  listed: ({ summary, toStep }, { momentOf }) => summary.replace(`step ${toStep}`, momentOf(toStep)),
  mark: ({ event }) => event,
};

const state: Words<Named<'paused'>> = {
  line: ({ event }) => event,
  listed: ({ event }) => event,
  mark: null,
};

const continuedLine = ({ event, summary }: Named<'continued'>): string =>
  summary === undefined ? event : `${event} ${summary}`;

const summaryLine = ({ event, summary }: { readonly event: string; readonly summary: string }): string =>
  `${event}: ${summary}`;

/** Where a run is to pause by itself, in a few words. */
export const breakpointWords = (breakpoint: Breakpoint): string => {
  switch (breakpoint.kind) {
    case 'specialized':
      return `${breakpoint.count} specialized`;
    case 'lost':
      return 'a node lost';
    case 'loss-below':
      return `loss < ${breakpoint.value}`;
    case 'loss-above':
      return `loss > ${breakpoint.value}`;
    case 'match-above':
      return `match of ${breakpoint.teacher} > ${breakpoint.value}`;
    case 'plateau':
      return `a plateau of ${counted(breakpoint.epochs, 'epoch')}`;
  }
};

/** The words of each event. */
const eventWords: { readonly [Name in EventName]: Words<Named<Name>> } = {
  specialized: {
    line: matchLine,
    listed: ({ teacher: node, student }, { teacher, losses }) =>
      losses === 0
        ? `${teacher}${node} specialized by s${student}`
        : `${teacher}${node} lost ${often(losses)}, specialized again by s${student}`,
    mark: null,
  },
  lost: {
    line: matchLine,
    listed: (event, { teacher, losses }) =>
      `${teacher}${event.teacher} lost${losses > 1 ? ` ${often(losses)}` : ''}, best match ${judged(event.correlation, event.threshold)}`,
    mark: null,
  },
  perturbed: {
    line: ({ event, summary }) => summaryLine({ event, summary: inNumber(summary) }),
    listed: ({ summary }) => inNumber(summary),
    mark: ({ perturbation }) => perturbation.kind,
  },
  undone: {
    line: ({ summary, toStep }) => `${inNumber(summary)}, back at step ${grouped(toStep)}`,
    listed: ({ summary, toStep }, { momentOf }) => `${inNumber(summary)}, back at ${momentOf(toStep)}`,
    mark: ({ event }) => event,
  },
  redone: jump,
  rewound: jump,
  promoted: {
    line: ({ summary, toStep }) => `${summary} since step ${grouped(toStep)}`,
    listed: ({ summary, toStep }, { momentOf }) => `${summary} since ${momentOf(toStep)}`,
    mark: ({ event }) => event,
  },
  'learning-rate': {
    line: ({ from, to, cause }) =>
      `learning rate ${from} -> ${to}${cause === 'schedule' ? ' (schedule)' : ''}`,
    listed: ({ from, to, cause }) =>
      `learning rate ${rate(from)} to ${rate(to)}${cause === 'schedule' ? ' by schedule' : ''}`,
    mark: ({ to }) => `rate ${to}`,
  },
  threshold: {
    line: ({ threshold }) => `threshold ${threshold}`,
    listed: ({ threshold }) => `threshold ${threshold}`,
    mark: null,
  },
  paused: state,
  resumed: state,
  continued: { line: continuedLine, listed: continuedLine, mark: null },
  done: state,
  forked: {
    line: () => 'control started',
    listed: () => 'a control goes on untouched from here',
    mark: null,
  },
  diverged: { line: summaryLine, listed: summaryLine, mark: ({ event }) => event },
  stopped: { line: summaryLine, listed: ({ summary }) => summary, mark: ({ event }) => event },
  plateau: { line: summaryLine, listed: summaryLine, mark: null },
  escaped: { line: summaryLine, listed: summaryLine, mark: null },
  breakpoint: { line: summaryLine, listed: summaryLine, mark: null },
  refused: { line: summaryLine, listed: ({ summary }) => summary, mark: null },
};

const wordsOf = ({ event }: RunEvent): Words<RunEvent> => eventWords[event] as Words<RunEvent>;

/** What an event says on a line of its own, without its step. */
export const eventLine = (event: RunEvent, layers = 1): string => wordsOf(event).line(event, layers);

/** What an event says in a list, its step beside it. */
export const listedEvent = (event: RunEvent, names: ListNames): string => wordsOf(event).listed(event, names);

/** What an event is called on a curve that it changed; null where it did not. */
export const eventMark = (event: RunEvent): string | null => wordsOf(event).mark?.(event) ?? null;
