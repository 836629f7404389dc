import type { RunEvent } from '../../../protocol/index.js';
import type { ListedEvent, Outcome, State } from '../../../store/index.js';
import { asGiven, duration, grouped, listedEvent, loss } from '../../../words/index.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { printableText } from '../../terminal/drawing.js';
import { wrapWords } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import { type Scene, scrollWindow } from '../scene.js';
import { compactEvents } from './compact-events.js';

/** What an event says, and how it looks. */
type Line = { readonly step: number | null; readonly text: string; readonly role: Role };

/** Width from which teacher nodes are called by their full name. */
const wideFrom = 40;

/** What a run came to when it was done. */
const outcomeText = (outcome: Outcome | undefined): string => {
  if (!outcome) return '';
  const { seconds, specialized, teachers, threshold, evalLoss } = outcome;
  const learned = teachers === 0 ? '' : `${specialized} of ${teachers} specialized at ${threshold}, `;
  return ` in ${duration(seconds)}: ${learned}eval loss ${loss(evalLoss)}`;
};

/** The loss before and after a perturbation, and how long it took to be back. */
const recoveryOf = (perturbed: RunEvent, { recoveries }: State): string => {
  const found = recoveries.findLast(({ event }) => event === perturbed);
  if (!found || found.after === null || found.after <= found.before) return '';
  return `: loss ${loss(found.before)} to ${loss(found.after)}, ${backText(found.step, found.backAt)}`;
};

const backText = (step: number, backAt: number | null): string => {
  if (backAt === null) return 'not back yet';
  return backAt === step ? 'back at the same step' : `back after ${grouped(backAt - step)} steps`;
};

const roles: Readonly<Record<RunEvent['event'], Role>> = {
  specialized: 'specialized',
  lost: 'alarm',
  perturbed: 'mark',
  undone: 'mark',
  redone: 'mark',
  rewound: 'mark',
  promoted: 'mark',
  'learning-rate': 'mark',
  threshold: 'text',
  paused: 'text',
  resumed: 'text',
  continued: 'text',
  forked: 'control',
  done: 'title',
  diverged: 'alarm',
  stopped: 'dim',
  breakpoint: 'notice',
  refused: 'notice',
  plateau: 'partial',
  escaped: 'specialized',
};

/** What the dashboard adds to an event's own words: what came of it, and which keys lead on. */
const afterwords = (event: Exclude<ListedEvent, { type: 'started' }>, state: State): string => {
  switch (event.event) {
    case 'perturbed':
      return recoveryOf(event, state);
    case 'done':
      return `${outcomeText(event.outcome)}${state.log.state === 'watched' ? '' : '; r runs it again, / lists presets'}`;
    case 'diverged':
      return '; r restarts, u undoes a perturbation before it';
    case 'breakpoint':
      return '; space goes on';
    default:
      return '';
  }
};

const describe = (event: ListedEvent, width: number, state: State): Line => {
  if (event.type === 'started') {
    const { title, experiment } = event.header;
    return { step: null, text: `started ${title}, seed ${asGiven(experiment.seed)}`, role: 'title' };
  }
  const several = state.teacherStrength.length > 1;
  const layer =
    several && 'layer' in event ? (width >= wideFrom ? `layer ${event.layer} ` : `L${event.layer} `) : '';
  const teacher = layer + (width >= wideFrom ? 'teacher ' : 't');
  const text = listedEvent(event, teacher) + afterwords(event, state);
  return { step: event.step, text, role: roles[event.event] };
};

const stepWidth = 7;

const scrolledAside = (from: number, count: number): Pieces[] =>
  from > 0 ? [[[`${from} newer of ${count}`, 'notice']]] : [];

/** What happened, newest first; where the run started, what to look for in it. */
export const paintEvents = (canvas: Canvas, scene: Scene): void => {
  const { state, view, drawing } = scene;
  const events = compactEvents(state.events);
  const count = events.length;
  const { from } = scrollWindow(view.scroll.events, 1, count);
  const inner = paintFrame(canvas, scene, {
    title: 'events',
    isFocused: scene.view.focus === 'events',
    aside: scrolledAside(from, count),
  });
  let y = 0;
  const write = (text: string, role: Role): void => {
    for (const line of wrapWords(printableText(text, drawing), inner.width - stepWidth))
      inner.text(stepWidth, y++, line, role);
  };
  for (let at = count - 1 - from; at >= 0 && y < inner.height; at--) {
    const { event, times } = events[at];
    const { step, text, role } = describe(event, inner.width, state);
    if (step !== null && state.header)
      inner.textBefore(stepWidth - 1, y, timeText(step, state.header, view.timeUnit), 'dim');
    write(times === 1 ? text : `${text}, changed ${times} times`, role);
    if (event.type === 'started' && event.header === state.header && scene.look !== '')
      write(scene.look, 'dim');
  }
};
