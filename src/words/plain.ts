import type { Frame, Header, RunEvent, SessionMessage } from '../protocol/index.js';

export const group = (value: number): string => Math.round(value).toLocaleString('en');
const loss = (value: number): string => (Number.isFinite(value) ? value.toExponential(2) : 'not finite');

/** Teacher nodes above the threshold, and those that are not, of every layer. */
export const specialization = (
  frame: Frame,
  threshold: number,
): { learned: number; all: number; unlearned: number[][] } => {
  const unlearned = frame.layers.map(({ bestMatchOfTeacher: best }) =>
    [...best.keys()].filter((node) => !(best[node] > threshold)),
  );
  const all = frame.layers.reduce((sum, layer) => sum + layer.bestMatchOfTeacher.length, 0);
  const missing = unlearned.reduce((sum, nodes) => sum + nodes.length, 0);
  return { learned: all - missing, all, unlearned };
};

/** Nodes of one layer by number; of several layers how many are unlearned in each. */
const unlearnedText = (unlearned: readonly (readonly number[])[]): string => {
  if (unlearned.every((nodes) => nodes.length === 0)) return 'none';
  if (unlearned.length === 1) return unlearned[0].join(' ');
  return unlearned.map((nodes, layer) => `${nodes.length} in layer ${layer}`).join(', ');
};

const duration = (seconds: number): string => {
  const whole = Math.round(seconds);
  const minutes = Math.floor(whole / 60);
  return minutes > 0 ? `${minutes}m${String(whole % 60).padStart(2, '0')}s` : `${whole}s`;
};

/** What an event says on a line of its own, without its step. */
export const eventText = (event: RunEvent, layers = 1): string => {
  switch (event.event) {
    case 'specialized':
    case 'lost':
      return `${layers > 1 ? `layer ${event.layer} ` : ''}teacher node ${event.teacher} ${event.event} (best match ${event.correlation.toFixed(3)}, student node ${event.student})`;
    case 'learning-rate':
      return `learning rate ${event.from} -> ${event.to}${event.cause === 'schedule' ? ' (schedule)' : ''}`;
    case 'threshold':
      return `threshold ${event.threshold}`;
    case 'undone':
    case 'redone':
    case 'rewound':
    case 'promoted':
      return `${event.summary}, back at step ${group(event.toStep)}`;
    case 'perturbed':
    case 'diverged':
    case 'breakpoint':
    case 'stopped':
    case 'refused':
      return `${event.event}: ${event.summary}`;
    case 'paused':
    case 'resumed':
    case 'continued':
    case 'done':
      return event.event;
    case 'forked':
      return 'control started';
  }
};

/** What to say of a run when the program ends. */
export class RunSummary {
  #header: Header | null = null;
  #threshold = Number.NaN;
  #lastFrame: Frame | null = null;

  receive(message: SessionMessage): void {
    if (message.type === 'header') {
      this.#header = message;
      this.#threshold = message.threshold;
      this.#lastFrame = null;
    } else if (message.type === 'frame') this.#lastFrame = message;
    else if (message.type === 'event' && message.event === 'threshold') this.#threshold = message.threshold;
  }

  /** Parts of the summary, from the general to the particular; none before the first frame. */
  parts(logFolder: string | null): string[] {
    const frame = this.#lastFrame;
    if (!frame || !this.#header) return [];
    const { learned, all, unlearned } = specialization(frame, this.#threshold);
    const speed = frame.trainingSeconds > 0 ? frame.step / frame.trainingSeconds : 0;
    return [
      `${this.#header.title}, seed ${this.#header.experiment.seed}: ${group(frame.step)} of ${group(this.#header.totalSteps)} steps in ${duration(frame.trainingSeconds)}, ${group(speed)} steps/s`,
      `train loss ${loss(frame.trainLoss)}, evaluation loss ${loss(frame.evalLoss)}`,
      `${learned} of ${all} teacher nodes specialized at ${this.#threshold}, unlearned: ${unlearnedText(unlearned)}`,
      `log ${logFolder ?? 'not recorded'}`,
    ];
  }
}

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
        this.#print(`step ${group(message.step)}  ${eventText(message, this.#layers)}`);
        return;
      case 'log':
        if (message.state === 'recording') this.#print(`log ${message.path}`);
        if (message.state === 'failed')
          this.#print(`log failed: ${message.reason}; training goes on without it`);
        return;
      case 'progress':
      case 'theory':
      case 'preview':
      case 'status':
        return;
    }
  }

  #open(header: Header): void {
    const { experiment, engine } = header;
    this.#threshold = header.threshold;
    this.#layers = header.teacherStrength.length;
    const teachers = header.teacherStrength.map((nodes) => nodes.length).join('-');
    this.#print(
      `${header.title} (${header.preset}), seed ${experiment.seed}: d=${experiment.d} m=${teachers} n=${header.studentNodes.join('-')} c=${experiment.c}, ` +
        `${group(header.totalSteps)} steps, ${engine.engine} ${engine.variant} ${engine.precision}${engine.threads > 1 ? `, ${engine.threads} threads` : ''}`,
    );
  }

  #printFrame(frame: Frame): void {
    this.#printedAt = this.#clock();
    const { learned, all } = specialization(frame, this.#threshold);
    this.#print(
      `step ${group(frame.step)}  epoch ${frame.epoch.toFixed(1)}  train ${loss(frame.trainLoss)}  eval ${loss(frame.evalLoss)}  ` +
        `specialized ${learned}/${all}  ${group(frame.stepsPerSecond)} steps/s`,
    );
  }
}
