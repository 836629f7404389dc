import type { Frame, Header, SessionMessage } from '../protocol/index.js';
import { learnedNodes } from './learned-nodes.js';
import { asGiven, compact, durationWithUnits, grouped, loss } from './numbers.js';

/** Nodes of one layer by number; of several layers how many are unlearned in each. */
const unlearnedText = (unlearned: readonly (readonly number[])[]): string => {
  if (unlearned.every((nodes) => nodes.length === 0)) return 'none';
  if (unlearned.length === 1) return unlearned[0].join(' ');
  return unlearned.map((nodes, layer) => `${nodes.length} in layer ${layer}`).join(', ');
};

/** The mean speed, so that it agrees with steps and time; empty where no time has been measured. */
const speedText = ({ step, trainingSeconds }: Frame): string =>
  step / trainingSeconds > 0 && Number.isFinite(step / trainingSeconds)
    ? `, ${compact(step / trainingSeconds)} steps/s mean`
    : '';

/** What to say of a run when the program ends. */
export class RunSummary {
  #header: Header | null = null;
  #threshold = Number.NaN;
  #lastFrame: Frame | null = null;
  /** Title of the run that is on its way. */
  #starting: string | null = null;

  receive(message: SessionMessage): void {
    if (message.type === 'starting') this.#starting = message.title;
    if (message.type === 'header') {
      this.#header = message;
      this.#threshold = message.threshold;
      this.#lastFrame = null;
    } else if (message.type === 'frame') {
      this.#starting = null;
      this.#lastFrame = message;
    } else if (message.type === 'event' && message.event === 'threshold') this.#threshold = message.threshold;
  }

  /** Of a run that was left before its first frame; empty where there is more to say, or no run. */
  unstarted(logFolder: string | null): string {
    if (this.#lastFrame || this.#starting === null) return '';
    return `${this.#starting}: left before its first frame · log ${logFolder ?? 'not recorded'}`;
  }

  /** Parts of the summary, from the general to the particular; none before the first frame. */
  parts(logFolder: string | null): string[] {
    const frame = this.#lastFrame;
    if (!frame || !this.#header) return [];
    const { learned, all, unlearned } = learnedNodes(frame, this.#threshold);
    return [
      `${this.#header.title}, seed ${asGiven(this.#header.experiment.seed)}: ${grouped(frame.step)} of ${grouped(this.#header.totalSteps ?? Number.NaN)} steps in ${durationWithUnits(frame.trainingSeconds)}${speedText(frame)}`,
      `train loss ${loss(frame.trainLoss)}, evaluation loss ${loss(frame.evalLoss)}`,
      ...(all > 0
        ? [
            `${learned} of ${all} teacher nodes specialized at ${this.#threshold}, unlearned: ${unlearnedText(unlearned)}`,
          ]
        : []),
      `log ${logFolder ?? 'not recorded'}`,
    ];
  }
}
