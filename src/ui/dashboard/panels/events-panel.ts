import type { RunEvent } from '../../../protocol/index.js';
import { census, type ListedEvent, type State } from '../../../store/index.js';
import { compact, duration, listedEvent, loss } from '../../../words/index.js';
import { timeText } from '../../charts/ticks/time-ticks.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { printableText } from '../../terminal/drawing.js';
import { columnsOf, startIn } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import { type Scene, scrollWindow } from '../scene.js';
import { compactEvents } from './compact-events.js';

/** What an event says, and how it looks. */
type Line = { readonly step: number | null; readonly text: string; readonly role: Role };

/** Width from which teacher nodes are called by their full name. */
const wideFrom = 40;

/** What the run that is done came to, where it is still the one on display. */
const summaryOf = ({ frame, threshold }: State): string => {
  if (!frame) return '';
  const counts = frame.layers.map((layer) => census(layer, threshold).specialized.length);
  const specialized = counts.reduce((sum, count) => sum + count, 0);
  const of = frame.layers.reduce((sum, layer) => sum + layer.bestMatchOfTeacher.length, 0);
  return ` in ${duration(frame.trainingSeconds)}: ${specialized} of ${of} specialized at ${threshold}, eval loss ${loss(frame.evalLoss)}`;
};

/** The loss before and after a perturbation, and how long it took to be back. */
const recoveryOf = (perturbed: number, { recoveries }: State): string => {
  const found = recoveries.findLast(({ step }) => step === perturbed);
  if (!found || found.after === null || found.after <= found.before) return '';
  const back =
    found.backAt === null ? 'not back yet' : `back after ${compact(found.backAt - found.step)} steps`;
  return `: loss ${loss(found.before)} to ${loss(found.after)}, ${back}`;
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
const afterwords = (event: RunEvent, state: State, current: State | null): string => {
  switch (event.event) {
    case 'perturbed':
      return recoveryOf(event.step, state);
    case 'done':
      return `${current ? summaryOf(current) : ''}${state.log.state === 'watched' ? '' : '; r runs it again, / lists presets'}`;
    case 'diverged':
      return '; r restarts, u undoes a perturbation before it';
    case 'breakpoint':
      return '; space goes on';
    default:
      return '';
  }
};

const describe = (event: ListedEvent, width: number, state: State, current: State | null): Line => {
  if (event.type === 'started') {
    const { title, experiment } = event.header;
    return { step: null, text: `started ${title}, seed ${experiment.seed}`, role: 'title' };
  }
  const several = state.teacherStrength.length > 1;
  const layer =
    several && 'layer' in event ? (width >= wideFrom ? `layer ${event.layer} ` : `L${event.layer} `) : '';
  const teacher = layer + (width >= wideFrom ? 'teacher ' : 't');
  const text = listedEvent(event, teacher) + afterwords(event, state, current);
  return { step: event.step, text, role: roles[event.event] };
};

const stepWidth = 7;

/** Breaks text between words into lines of at most this width; a longer word is cut. */
export const wrapWords = (text: string, width: number): string[] => {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && columnsOf(line) + 1 + columnsOf(word) > width) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => startIn(each, width));
};

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
    id: 'events',
    aside: scrolledAside(from, count),
  });
  let y = 0;
  const write = (text: string, role: Role): void => {
    for (const line of wrapWords(printableText(text, drawing), inner.width - stepWidth))
      inner.text(stepWidth, y++, line, role);
  };
  const started = events.findLastIndex(({ event }) => event.type === 'started');
  for (let at = count - 1 - from; at >= 0 && y < inner.height; at--) {
    const { event, times } = events[at];
    const { step, text, role } = describe(event, inner.width, state, at > started ? state : null);
    if (step !== null && state.header)
      inner.textBefore(stepWidth - 1, y, timeText(step, state.header, view.timeUnit), 'dim');
    write(times === 1 ? text : `${text}, changed ${times} times`, role);
    if (event.type === 'started' && event.header === state.header && scene.look !== '')
      write(scene.look, 'dim');
  }
};
