import type { Header, RunEvent } from '../../../protocol/index.js';
import type { ListedEvent, Outcome, State } from '../../../store/index.js';
import { asGiven, duration, listedEvent, loss } from '../../../words/index.js';
import { type TimeUnit, timeText } from '../../charts/ticks/time-ticks.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { printableText, shorten } from '../../terminal/drawing.js';
import { wrapWords } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import { momentOf, type Scene, sceneAtCursor, scrollWindow } from '../scene.js';
import { chrome } from '../stacks/panel-size.js';
import { type CompactEvent, compactEvents } from './compact-events.js';

/** What an event says, and how it looks. */
type Saying = { readonly text: string; readonly role: Role };

/** A line of the list, beside the first one of an event its moment. */
type Line = Saying & { readonly moment: string };

/** Width from which teacher nodes are called by their full name. */
const wideFrom = 40;

/** What a run came to when it was done. */
const outcomeText = (outcome: Outcome | undefined): string => {
  if (!outcome) return '';
  const { seconds, specialized, teachers, threshold, evalLoss } = outcome;
  const learned = teachers === 0 ? '' : `${specialized} of ${teachers} specialized at ${threshold}, `;
  return ` in ${duration(seconds)}: ${learned}eval loss ${loss(evalLoss)}`;
};

/** A number of steps in the unit that the events count in: "1.2k steps", "0.4 epochs". */
const stretchText = (steps: number, header: Header, unit: TimeUnit): string => {
  const text = timeText(steps, header, unit);
  return `${text} ${text === '1' ? unit.slice(0, -1) : unit}`;
};

/** The loss before and after a perturbation, and how long it took to be back. */
const recoveryOf = (perturbed: RunEvent, scene: Scene): string => {
  const { recoveries } = scene.state;
  const found = recoveries.findLast(({ event }) => event === perturbed);
  if (!found || found.after === null || found.after <= found.before) return '';
  return `: loss ${loss(found.before)} to ${loss(found.after)}, ${backText(found.step, found.backAt, scene)}`;
};

const backText = (step: number, backAt: number | null, { state, view }: Scene): string => {
  if (backAt === null || !state.header) return 'not back yet';
  if (backAt === step) return 'back at the same step';
  return `back after ${stretchText(backAt - step, state.header, view.timeUnit)}`;
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
const afterwords = (event: Exclude<ListedEvent, { type: 'started' }>, scene: Scene): string => {
  switch (event.event) {
    case 'perturbed':
      return recoveryOf(event, scene);
    case 'done':
      return `${outcomeText(event.outcome)}${scene.log.state === 'watched' ? '' : '; r runs it again, / lists presets'}`;
    case 'diverged':
      return '; r restarts, u undoes a perturbation before it';
    case 'breakpoint':
      return '; space goes on';
    default:
      return '';
  }
};

const stepWidth = 7;

/** What an event says; where a run started, what to look for in it too. `header`: of the run that it is of. */
const sayingsOf = (
  { event, losses, header }: CompactEvent,
  scene: Scene,
  width: number,
): readonly Saying[] => {
  if (event.type === 'started') {
    const { title, experiment } = event.header;
    const look = event.header === scene.state.header ? scene.look : '';
    return [
      { text: `started ${title}, seed ${asGiven(experiment.seed)}`, role: 'title' },
      ...(look === '' ? [] : [{ text: look, role: 'dim' } as const]),
    ];
  }
  const several = (header?.teacherStrength.length ?? 1) > 1;
  const layer =
    several && 'layer' in event ? (width >= wideFrom ? `layer ${event.layer} ` : `L${event.layer} `) : '';
  const teacher = layer + (width >= wideFrom ? 'teacher ' : 't');
  const unit = scene.view.timeUnit;
  const momentOf = (step: number): string =>
    `${unit.slice(0, -1)} ${header ? timeText(step, header, unit) : step}`;
  const text = listedEvent(event, { teacher, momentOf, losses }) + afterwords(event, scene);
  return [{ text, role: roles[event.event] }];
};

const linesOf = (told: CompactEvent, scene: Scene, width: number): Line[] => {
  const { event, header } = told;
  const moment = 'step' in event && header ? timeText(event.step, header, scene.view.timeUnit) : '';
  return sayingsOf(told, scene, width)
    .flatMap(({ text, role }) =>
      wrapWords(printableText(text, scene.drawing), width - stepWidth).map((line) => ({ text: line, role })),
    )
    .map((line, at) => ({ ...line, moment: at === 0 ? moment : '' }));
};

/** The lines that there is room for, newest first, and how many events are older than all of them. */
const shownLines = (
  events: readonly CompactEvent[],
  scene: Scene,
  width: number,
  height: number,
): { readonly lines: readonly Line[]; readonly older: number } => {
  const lines: Line[] = [];
  let older = events.length;
  for (; older > 0 && lines.length < height; older--) lines.push(...linesOf(events[older - 1], scene, width));
  const last = lines[height - 1];
  if (lines.length > height && last)
    lines[height - 1] = {
      ...last,
      text: shorten(`${last.text} ${scene.drawing.ellipsis}`, width - stepWidth, scene.drawing),
    };
  return { lines: lines.slice(0, height), older };
};

/** How many events there are that are not on display; `later`: than the moment that the charts' cursor is at. */
type Hidden = { readonly later: number; readonly newer: number; readonly older: number };

const asidesOf = ({ later, newer, older }: Hidden): Pieces[] => {
  const said = [
    ...(later > 0 ? [[`${later} later`, 'focus'] as const] : []),
    ...(newer > 0 ? [[`${newer} newer`, 'notice'] as const] : []),
    ...(older > 0 ? [[`${older} older`, 'dim'] as const] : []),
  ].flatMap((piece, at): Pieces => (at === 0 ? [piece] : [[', ', 'dim'], piece]));
  return said.length === 0 ? [] : [said, said.slice(0, 1)];
};

/** Columns from which the title says what the events' moments count, or up to when they are. */
const wordyFrom = 34;

const titleOf = (width: number, scene: Scene): string => {
  if (width < wordyFrom) return 'events';
  const moment = momentOf(scene);
  return moment === null ? `events by ${scene.view.timeUnit.slice(0, -1)}` : `events up to ${moment}`;
};

const isSame = (a: ListedEvent, b: ListedEvent): boolean =>
  a === b || (a.type === b.type && JSON.stringify(a) === JSON.stringify(b));

/** How many events have followed those of a moment. */
const laterThan = (past: readonly ListedEvent[], { events, header }: State): number => {
  const last = past.at(-1);
  const at = last === undefined ? -1 : events.findLastIndex((event) => isSame(event, last));
  const later = new Set(events.slice(at + 1));
  return compactEvents(events, header).filter(({ event }) => later.has(event)).length;
};

/** What happened up to the frame on display, or to the charts' cursor, newest first; where the run started, what to look for in it. */
export const paintEvents = (canvas: Canvas, all: Scene): void => {
  const scene = sceneAtCursor(all);
  const { state, view } = scene;
  const later = all.reading ? laterThan(state.events, all.state) : 0;
  const events = compactEvents(state.events, state.header);
  const { from } = scrollWindow(view.scroll.events, 1, events.length);
  const around = chrome(scene.framed);
  const width = canvas.width - around.columns;
  const listed = events.slice(0, events.length - from);
  const { lines, older } = shownLines(listed, scene, width, canvas.height - around.rows);
  const inner = paintFrame(canvas, scene, {
    title: titleOf(canvas.width, scene),
    isFocused: scene.view.focus === 'events',
    aside: asidesOf({ later, newer: from, older }),
  });
  lines.forEach(({ moment, text, role }, y) => {
    inner.textBefore(stepWidth - 1, y, moment, 'dim');
    inner.text(stepWidth, y, text, role);
  });
};
