import { isSpecialized } from '../net/index.js';
import type { Frame, Header, RunEvent, SessionMessage } from '../protocol/index.js';
import { eventLine } from './event-words.js';
import { learnedNodes } from './learned-nodes.js';
import { asGiven, grouped, judged } from './numbers.js';

const sayLoss = (value: number): string => (Number.isFinite(value) ? value.toPrecision(2) : 'not finite');
const sayCount = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** The unlearned teacher node nearest to being specialized. */
const nextNode = (frame: Frame, threshold: number): string => {
  const unlearned = frame.layers
    .flatMap(({ bestMatchOfTeacher }, layer) =>
      [...bestMatchOfTeacher].map((match, node) => ({ match, node, layer })),
    )
    .filter(({ match }) => !isSpecialized(match, threshold));
  if (unlearned.length === 0) return '';
  const { match, node, layer } = unlearned.reduce((best, each) => (each.match > best.match ? each : best));
  const where = frame.layers.length > 1 ? ` of layer ${layer}` : '';
  return `, next is node ${node}${where} with a best match of ${judged(match, threshold)}`;
};

/**
 * The run in sentences, for a listener: one for every event, and one for a frame at most every `intervalMs`.
 * No columns, no arrows, no signs that a screen reader spells out.
 */
export class Sentences {
  readonly #print: (line: string) => void;
  readonly #clock: () => number;
  readonly #intervalMs: number;
  #header: Header | null = null;
  #threshold = Number.NaN;
  #printedAt = Number.NEGATIVE_INFINITY;

  /** `clock`: milliseconds from some moment on. */
  constructor(print: (line: string) => void, clock: () => number, intervalMs: number) {
    this.#print = print;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  receive(message: SessionMessage): void {
    if (message.type === 'header') this.#open(message);
    else if (message.type === 'frame') this.#tellFrame(message);
    else if (message.type === 'event') this.#tellEvent(message);
    else if (message.type === 'log' && message.state === 'failed')
      this.#print(`The log failed: ${message.reason}. Training goes on without it.`);
  }

  #open(header: Header): void {
    const { title, experiment, teacherStrength, studentNodes, totalSteps, threshold } = header;
    this.#header = header;
    this.#threshold = threshold;
    const nodes = (counts: readonly number[]): string => counts.map(String).join(', ');
    const what =
      teacherStrength.length === 0
        ? 'a log of losses alone'
        : `a student of ${nodes(studentNodes)} nodes learns from a teacher of ${nodes(teacherStrength.map(({ length }) => length))}`;
    const length = totalSteps === null ? '' : `, for ${sayCount(totalSteps, 'step')}`;
    this.#print(`${title}, seed ${asGiven(experiment.seed)}: ${what}${length}.`);
  }

  #tellFrame(frame: Frame): void {
    if (this.#clock() - this.#printedAt < this.#intervalMs) return;
    this.#printedAt = this.#clock();
    const { learned, all } = learnedNodes(frame, this.#threshold);
    const total = this.#header?.totalSteps ?? 0;
    const done = total > 0 ? `, ${Math.floor((100 * frame.step) / total)} percent` : '';
    const specialized =
      all > 0
        ? `; ${learned} of ${sayCount(all, 'teacher node')} specialized${nextNode(frame, this.#threshold)}`
        : '';
    this.#print(
      `Step ${grouped(frame.step)}${done}: loss train ${sayLoss(frame.trainLoss)}, ` +
        `eval ${sayLoss(frame.evalLoss)}${specialized}.`,
    );
  }

  #tellEvent(event: RunEvent): void {
    if (event.event === 'threshold') this.#threshold = event.threshold;
    const layers = this.#header?.teacherStrength.length ?? 1;
    const text = eventLine(event, layers).replace(' -> ', ' to ');
    this.#print(`${capitalized(text)}, at step ${grouped(event.step)}.`);
  }
}
