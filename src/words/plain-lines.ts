import type { Frame, Header, SessionMessage } from '../protocol/index.js';
import { eventLine } from './event-words.js';
import { learnedNodes } from './learned-nodes.js';
import { asGiven, grouped, loss } from './numbers.js';

/**
 * The run as plain lines, for a pipe, a screen reader or a dumb terminal: a line for every event, and one
 * for a frame at most every `intervalMs`.
 */
export class PlainLines {
  readonly #print: (line: string) => void;
  readonly #clock: () => number;
  readonly #intervalMs: number;
  #threshold = Number.NaN;
  #layers = 1;
  #printedAt = Number.NEGATIVE_INFINITY;

  constructor(print: (line: string) => void, clock: () => number, intervalMs: number) {
    this.#print = print;
    this.#clock = clock;
    this.#intervalMs = intervalMs;
  }

  receive(message: SessionMessage): void {
    switch (message.type) {
      case 'header':
        this.#open(message);
        return;
      case 'frame':
        if (this.#clock() - this.#printedAt >= this.#intervalMs) this.#printFrame(message);
        return;
      case 'event':
        if (message.event === 'threshold') this.#threshold = message.threshold;
        this.#print(`step ${grouped(message.step)}  ${eventLine(message, this.#layers)}`);
        return;
      case 'log':
        if (message.state === 'recording') this.#print(`log ${message.path}`);
        if (message.state === 'failed')
          this.#print(`log failed: ${message.reason}; training goes on without it`);
        return;
      case 'progress':
      case 'theory':
      case 'pair':
      case 'preview':
      case 'stage':
      case 'breakpoints':
      case 'starting':
      case 'status':
        return;
    }
  }

  #open(header: Header): void {
    const { experiment, engine } = header;
    this.#threshold = header.threshold;
    this.#layers = header.teacherStrength.length;
    const teachers = header.teacherStrength.map((nodes) => nodes.length).join('-') || '-';
    this.#print(
      `${header.title} (${header.preset}), seed ${asGiven(experiment.seed)}: d=${asGiven(experiment.d)} m=${teachers} n=${header.studentNodes.join('-') || '-'} c=${asGiven(experiment.c)}, ` +
        `${grouped(header.totalSteps ?? Number.NaN)} steps, ${engine.engine} ${engine.variant} ${engine.precision}${engine.threads > 1 ? `, ${engine.threads} threads` : ''}`,
    );
  }

  #printFrame(frame: Frame): void {
    this.#printedAt = this.#clock();
    const { learned, all } = learnedNodes(frame, this.#threshold);
    this.#print(
      `step ${grouped(frame.step)}  epoch ${frame.epoch.toFixed(1)}  train ${loss(frame.trainLoss)}  eval ${loss(frame.evalLoss)}  ` +
        `${all > 0 ? `specialized ${learned}/${all}  ` : ''}${grouped(frame.stepsPerSecond)} steps/s now`,
    );
  }
}
