import { counted } from '../../../input/index.js';
import type { Header, LogStatus } from '../../../protocol/index.js';
import {
  clockOf,
  controlFrameOf,
  progressShare,
  remainingSeconds,
  type State,
  stepOf,
} from '../../../store/index.js';
import {
  asGiven,
  breakpointWords,
  compact,
  duration,
  epochs,
  grouped,
  rate,
  shortStep,
} from '../../../words/index.js';
import { type Pieces, writePieces } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { type Drawing, printableText, shorten, shortenStart } from '../../terminal/drawing.js';
import { columnsOf } from '../../terminal/text-width.js';
import type { Role } from '../../terminal/theme.js';
import type { PastView } from '../playback.js';
import type { Scene, Starting } from '../scene.js';
import type { View } from '../view.js';

const badges: Readonly<Record<Scene['runState'], readonly [string, Role]>> = {
  running: [' RUN ', 'badgeRunning'],
  paused: [' PAUSED ', 'badgePaused'],
  done: [' DONE ', 'badgeDone'],
  diverged: [' DIVERGED ', 'badgeAlarm'],
  stopped: [' STOPPED ', 'badgePaused'],
  killed: [' KILLED ', 'badgePaused'],
};

/** The threshold that a teacher node is usually judged by. */
const usualThreshold = 0.95;
/** Width from which a header says things in words. */
const wordyFrom = 100;

/** What is set that is not as it usually is: the threshold, and where the run pauses by itself. */
const settingPieces = ({ threshold, breakpoints }: State, width: number): Pieces => {
  const wordy = width >= wordyFrom;
  const more = breakpoints.length > 1 ? ` +${breakpoints.length - 1}` : '';
  const armed = wordy
    ? breakpoints.slice(0, 1).map((one) => `break at ${breakpointWords(one)}${more}  `)
    : breakpoints.slice(0, 1).map(() => 'B ');
  const judged =
    Number.isNaN(threshold) || threshold === usualThreshold
      ? []
      : [`${wordy ? 'threshold ' : 't '}${threshold}  `];
  return [...armed, ...judged].map((text): Pieces[number] => [text, 'alarm']);
};

/** What state the training, the view and the log are in; never left out. */
const badgePieces = ({ state, runState, log, view, drawing }: Scene, width: number): Pieces => {
  const frozen: Pieces = view.frozen
    ? [
        [' FROZEN ', 'badgeFrozen'],
        [' ', 'text'],
      ]
    : [];
  if (!state.header) return [[log.state === 'watched' ? ' WAITING ' : ' STARTING ', 'badgePaused']];
  return [
    ...settingPieces(state, width),
    ...recordPieces(log, drawing),
    [' ', 'text'],
    ...controlPieces(state),
    ...pastPieces(view.past, width, drawing),
    ...frozen,
    replayBadge(view.past, width) ?? badges[runState],
  ];
};

/** Whether the run and its control are the same, bit for bit; where they stand apart, where the control is. */
const controlPieces = (state: State): Pieces => {
  const { control } = state;
  if (!control) return [];
  const at = control.frames.control.at(-1);
  const said =
    control.differsSince !== null
      ? 'DIFFERS'
      : controlFrameOf(state)
        ? 'IDENTICAL'
        : at
          ? `AT ${shortStep(at.step)}`
          : 'STARTED';
  return [
    [` CONTROL ${said} `, 'badgeControl'],
    [' ', 'text'],
  ];
};

/** Width from which the past is called by its name beside its frames. */
const namedFrom = 60;

const paceText = (speed: number, width: number): string => `${speed}${width >= wordyFrom ? ' frames' : ''}/s`;

/** That the screen shows the past, and which part of it; beside a run that goes on by itself also whether it is moving. */
const pastPieces = (past: PastView | null, width: number, { right }: Drawing): Pieces => {
  if (!past) return [];
  const { ofLog, index, length, playing, speed } = past;
  const place = index === null ? counted(length, 'frame') : `frame ${index + 1}/${length}`;
  const name = width < namedFrom ? '' : ofLog ? 'LOG ' : 'PAST ';
  const pace = playing && !ofLog ? ` ${right}${paceText(speed, width)}` : '';
  return [
    [` ${name}${place}${pace} `, 'badgeFrozen'],
    [' ', 'text'],
  ];
};

/** Whether a log is played or stands at a frame; null at its last one, where it says how the run stands, and without a log. */
const replayBadge = (past: PastView | null, width: number): Pieces[number] | null => {
  if (!past?.ofLog || past.index === null || past.index >= past.length - 1) return null;
  return past.playing ? [` PLAYING ${paceText(past.speed, width)} `, 'badgeRunning'] : badges.paused;
};

const recordPieces = (log: LogStatus, drawing: Drawing): Pieces => {
  if (log.state === 'recording') return [[`${drawing.record}REC`, 'recording']];
  if (log.state === 'watched') return [];
  return log.state === 'failed' ? [[' LOG FAILED ', 'badgeAlarm']] : [['no log', 'dim']];
};

const lengthOf = (pieces: Pieces): number => pieces.reduce((sum, [text]) => sum + text.length, 0);

/** Columns of a title that is worth cutting to: of less the preset's command name says more. */
const leastTitle = 24;

/** What is run, and as much of what else there is to say as leaves it its room. */
const fittingName = (
  { title, preset }: Header,
  beside: readonly string[],
  room: number,
  drawing: Drawing,
): readonly [name: string, beside: string] => {
  const [whole, command] = [title, preset].map((name) => printableText(name, drawing));
  for (const text of beside) {
    const left = room - text.length;
    if (left >= Math.min(leastTitle, columnsOf(whole))) return [shorten(whole, left, drawing), text];
    if (left >= columnsOf(command)) return [command, text];
  }
  return [shorten(whole, room, drawing), ''];
};

/** Preset, seed and over-realization at the left, badges at the right. */
const paintIdentity = (canvas: Canvas, scene: Scene): void => {
  const { state, drawing } = scene;
  const badge = badgePieces(scene, canvas.width);
  const room = canvas.width - lengthOf(badge) - 2;
  writePieces(canvas, canvas.width - lengthOf(badge), 0, badge);
  const { header } = state;
  if (!header) {
    canvas.region(0, 0, room, 1).text(1, 0, `teachtop  ${scene.log.reason || 'starting the run'}`, 'title');
    return;
  }
  const { experiment, preset, studentNodes } = header;
  const { seed, multi, d, c } = experiment;
  const [seedText, ratio] = [`  seed ${asGiven(seed)}`, `  ${asGiven(Number(multi.toPrecision(3)))}x`];
  const [name, essential] = fittingName(header, [seedText + ratio, seedText, ''], room - 1, drawing);
  const line = canvas.region(0, 0, room, 1);
  const end = writePieces(line, 1, 0, [
    [name, 'title'],
    [essential, 'text'],
  ]);
  const m = state.teacherStrength.map((nodes) => nodes.length).join('-') || '-';
  const size = `  m ${m}  n ${studentNodes.join('-') || '-'}  d ${asGiven(d)}  c ${asGiven(c)}`;
  const identity = `  ${printableText(preset, drawing)}`;
  if (end + size.length > room) return;
  line.text(end, 0, size, 'dim');
  if (end + size.length + identity.length <= room) line.text(end + size.length, 0, identity, 'dim');
};

/** How far the run is beyond the frame on display, where that is worth saying. */
const aheadOf = (state: State): string =>
  state.ahead ? ` +${compact(state.ahead.step - stepOf(state))}` : '';

/** Whether another frame than the latest is on display. */
const isOfPast = ({ past, frozen }: View): boolean =>
  frozen !== null || (past !== null && past.index !== null);

/** The speed of a run that trains as measured last, of all else the mean up to the step on display. */
const speedOf = ({
  state,
  view,
  runState,
}: Scene): { readonly speed: number; readonly of: 'now' | 'mean' } => {
  const { stepsPerSecond, trainingSeconds } = clockOf(state);
  const isNow = runState === 'running' && !isOfPast(view);
  const speed = isNow ? stepsPerSecond : (state.ahead?.step ?? stepOf(state)) / trainingSeconds;
  return { speed, of: isNow ? 'now' : 'mean' };
};

const paintProgress = (canvas: Canvas, scene: Scene): void => {
  const { state, runState, view, drawing } = scene;
  const { header } = state;
  if (!header) return;
  const step = stepOf(state);
  const { trainingSeconds } = clockOf(state);
  const { experiment } = header;
  const totalSteps = header.totalSteps ?? Number.NaN;
  const share = progressShare(state);
  const percent = String(Math.min(100, Math.floor((100 * step) / totalSteps))).padStart(3);
  const isLeft = runState === 'stopped' || runState === 'killed';
  const { speed, of } = speedOf(scene);
  // None is measured at the start, and now none after a jump.
  const speedText = speed > 0 && Number.isFinite(speed) ? compact(speed) : '-';
  const remaining = isLeft || isOfPast(view) ? null : remainingSeconds(state, speed);
  const epochsInAll = grouped(experiment.epochs);
  const done = epochs(Math.floor(step / experiment.stepsPerEpoch)).padStart(epochsInAll.length);
  const epoch = `epoch ${done}/${epochsInAll} `;
  const wide = canvas.width >= 72;
  const tail = wide
    ? `${percent}%  step ${grouped(step).padStart(grouped(totalSteps).length)}${aheadOf(state)}  ${speedText.padStart(5)} steps/s ${of}  ${duration(trainingSeconds)}  ETA ${remaining === null ? '-' : duration(remaining)}`
    : `${percent}% ${speedText}/s`;
  const start = canvas.text(1, 1, epoch, 'text');
  const bar = Math.max(4, Math.min(40, canvas.width - start - tail.length - 2));
  const full = Math.round(share * bar);
  canvas.text(start, 1, drawing.barFull.repeat(full), 'key');
  canvas.text(start + full, 1, drawing.barEmpty.repeat(bar - full), 'rule');
  canvas.text(start + bar + 1, 1, tail, 'text');
};

/** Why the screen moves less often than it was asked to. */
const slowedPieces: Pieces = [
  ['processors busy, fewer frames', 'alarm'],
  ['  ', 'text'],
];

/** Learning rate, engine and log. */
const paintSettings = (canvas: Canvas, { state, log, view, drawing }: Scene): void => {
  const { header, learningRate } = state;
  if (!header) return;
  const { engine, variant, precision, threads } = header.engine;
  const threadCount = threads > 1 ? ` ${threads} threads` : '';
  const end = writePieces(canvas, 1, 2, [
    [`lr ${rate(learningRate)}`, 'text'],
    ['  ', 'text'],
    [`${engine} ${variant} ${precision}${threadCount}`, 'dim'],
    ['  ', 'text'],
    ...(view.slowed ? slowedPieces : []),
  ]);
  const isPath = log.reason === '' && log.state !== 'off';
  const text = log.state === 'off' ? 'not recorded, l records' : log.reason || log.path;
  const said = printableText(text ?? '', drawing);
  const room = canvas.width - end - 5;
  const place = isPath ? shortenStart(said, room, drawing) : shorten(said, room, drawing);
  if (room > 8)
    writePieces(canvas, end, 2, [
      ['log ', 'dim'],
      [place, log.reason === '' ? 'dim' : 'alarm'],
    ]);
};

/** What is on its way, and what is being done for it. */
const paintStarting = (canvas: Canvas, { drawing }: Scene, { title, stage, seconds }: Starting): void => {
  const badge: Pieces = [[' STARTING ', 'badgePaused']];
  const room = canvas.width - lengthOf(badge) - 2;
  writePieces(canvas, canvas.width - lengthOf(badge), 0, badge);
  canvas.text(1, 0, shorten(printableText(title, drawing), room, drawing), 'title');
  writePieces(canvas, 1, 1, [
    [stage, 'text'],
    [`  ${duration(seconds)}`, 'dim'],
  ]);
};

/** What runs, how far it is, and whether it runs at all. */
export const paintHeader = (canvas: Canvas, scene: Scene): void => {
  if (scene.starting) {
    paintStarting(canvas, scene, scene.starting);
    return;
  }
  paintIdentity(canvas, scene);
  paintProgress(canvas, scene);
  paintSettings(canvas, scene);
};
