import type { LogIndex } from '../log/index.js';
import type { Frame, Header, RunEvent } from '../protocol/index.js';
import { framesOf, linesOf } from './lines.js';

type Cell = string | number | null | undefined;

/** A cell of RFC 4180: quoted where it must be; empty for what is missing, NaN for what is no number. */
const cell = (value: Cell): string => {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

const row = (cells: readonly Cell[]): string => `${cells.map(cell).join(',')}\r\n`;

const longHeading = ['step', 'epoch', 'metric', 'layer', 'teacher', 'student', 'value'];

function* longRows(frame: Frame): Generator<string> {
  const { step, epoch, batchLoss } = frame;
  const scalar = (metric: string, value: Cell): string => row([step, epoch, metric, '', '', '', value]);
  yield scalar('train_loss', frame.trainLoss);
  yield scalar('eval_loss', frame.evalLoss);
  if (batchLoss) yield scalar('batch_loss_mean', batchLoss.mean);
  yield scalar('learning_rate', frame.learningRate);
  for (const [k, agreement] of (frame.topAgreement ?? []).entries())
    yield scalar(`top_${k + 1}_agreement`, agreement);
  for (const [layer, norm] of (frame.gradientNorms?.weights ?? []).entries())
    yield row([step, epoch, 'gradient_norm', layer, '', '', norm]);
  for (const [layer, metrics] of frame.layers.entries()) {
    for (const [teacher, best] of metrics.bestMatchOfTeacher.entries())
      yield row([step, epoch, 'best_match', layer, teacher, metrics.bestStudentOfTeacher[teacher], best]);
    for (const [student, norm] of metrics.fanOutNorm.entries())
      yield row([step, epoch, 'fan_out_norm', layer, '', student, norm]);
    for (const [teacher, correlations] of metrics.correlation.entries())
      for (const [student, value] of correlations.entries())
        yield row([step, epoch, 'correlation', layer, teacher, student, value]);
  }
}

/** One value a row: step, epoch, metric, layer, teacher, student, value. */
export function* longCsv(index: LogIndex): Generator<string> {
  yield row(longHeading);
  for (const frame of framesOf(index)) yield* longRows(frame);
}

/** Most nodes of each hidden teacher layer in any frame: a run may add some on its way. */
const mostTeachers = (index: LogIndex): number[] => {
  const perturbed = index.lines.flatMap(({ event }, at) =>
    event === 'perturbed' ? index.read(at, at + 1) : [],
  );
  const added = perturbed.filter(
    (line) =>
      line.type === 'event' && line.event === 'perturbed' && line.perturbation.kind === 'add-teacher-node',
  ).length;
  return index.header.teacherStrength.map((nodes) => nodes.length + added);
};

const wideHeading = ({ experiment }: Header, teachers: readonly number[]): string[] => [
  ...['step', 'epoch', 'train_loss', 'eval_loss'],
  ...['batch_loss_min', 'batch_loss_mean', 'batch_loss_max', 'learning_rate'],
  ...(experiment.kind === 'multi-layer'
    ? [...teachers, null].map((_, layer) => `gradient_norm.${layer}`)
    : []),
  ...['best_match', 'best_student'].flatMap((metric) =>
    teachers.flatMap((nodes, layer) =>
      Array.from({ length: nodes }, (_, teacher) => `${metric}.${layer}.${teacher}`),
    ),
  ),
  ...['steps_per_second', 'training_seconds', 'state_hash'],
];

/** One frame a row. */
export function* wideCsv(index: LogIndex): Generator<string> {
  const { header } = index;
  const teachers = mostTeachers(index);
  yield row(wideHeading(header, teachers));
  const padded = (values: readonly number[], layer: number): Cell[] =>
    Array.from({ length: teachers[layer] }, (_, teacher) => values[teacher]);
  const gradients = header.experiment.kind === 'multi-layer' ? header.teacherStrength.length + 1 : 0;
  for (const frame of framesOf(index)) {
    const { layers, batchLoss, gradientNorms } = frame;
    yield row([
      ...[frame.step, frame.epoch, frame.trainLoss, frame.evalLoss],
      ...[batchLoss?.minimum, batchLoss?.mean, batchLoss?.maximum, frame.learningRate],
      ...Array.from({ length: gradients }, (_, layer) => gradientNorms?.weights[layer]),
      ...layers.flatMap(({ bestMatchOfTeacher }, layer) => padded(bestMatchOfTeacher, layer)),
      ...layers.flatMap(({ bestStudentOfTeacher }, layer) => padded(bestStudentOfTeacher, layer)),
      ...[frame.stepsPerSecond, frame.trainingSeconds, frame.stateHash],
    ]);
  }
}

const detailOf = (event: RunEvent): Cell => {
  if ('summary' in event) return event.summary;
  if ('correlation' in event) return event.correlation;
  if (event.event === 'learning-rate') return event.to;
  return event.event === 'threshold' ? event.threshold : '';
};

/** One event a row. */
export function* eventsCsv(index: LogIndex): Generator<string> {
  yield row(['step', 'event', 'to_step', 'layer', 'teacher', 'student', 'detail']);
  for (const line of linesOf(index)) {
    if (line.type === 'frame') continue;
    const nodes = 'teacher' in line ? [line.layer, line.teacher, line.student] : ['', '', ''];
    yield row([line.step, line.event, 'toStep' in line ? line.toStep : '', ...nodes, detailOf(line)]);
  }
}
