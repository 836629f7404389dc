import * as z from 'zod';
import { later } from '../input/index.js';
import type { Immutable } from './immutable.js';
import { loggedPerturbation } from './perturbation.js';
import { count, number, place, text } from './values.js';

const event = <Name extends string, Shape extends z.ZodRawShape>(
  names: readonly [Name, ...Name[]],
  shape: Shape,
) => z.object({ type: z.literal('event'), step: count, event: z.enum(names), ...shape });

const intervention = place
  .exactOptional()
  .describe("Which of the header's interventions it was; none for one by hand.");

/** What happened, with its step; the log keeps these lines beside the frames, and replays from them. */
export const runEventSchema = later(() =>
  z.discriminatedUnion('event', [
    event(['specialized', 'lost'], {
      layer: count,
      teacher: place,
      student: count,
      correlation: number,
      threshold: z.number(),
    }).describe('The best match of a teacher node has come above the threshold, or is no longer above it.'),
    event(['perturbed'], {
      perturbation: loggedPerturbation,
      threshold: z.number(),
      summary: text,
      intervention,
    }).describe('A perturbation has been made; the summary says what it did.'),
    event(['undone', 'redone', 'rewound', 'promoted'], {
      toStep: count,
      summary: text,
      changes: count.exactOptional(),
    }).describe(
      'Undone: to before a perturbation. Redone: to where an undo or a rewind came from. Rewound: a new branch; `changes` ' +
        'counts the perturbations and learning rates by key that lead to it, where not all made at that step do. ' +
        'Promoted: to where the control started, on its course.',
    ),
    event(['learning-rate'], {
      from: z.number(),
      to: z.number(),
      cause: z.enum(['key', 'schedule']),
      intervention,
    }).describe('Changed by a key or an intervention, or by the schedule of the experiment.'),
    event(['threshold'], { threshold: z.number() }).describe(
      'Nodes are judged by another threshold from here on.',
    ),
    event(['paused', 'resumed', 'done', 'forked'], {}).describe(
      'Forked: a control starts here, and goes on untouched beside the run.',
    ),
    event(['continued'], { summary: text.exactOptional() }).describe(
      'By another process, from its log; the summary says what is not as it was.',
    ),
    event(['plateau', 'escaped'], { summary: text }).describe(
      'The evaluation loss no longer falls, or falls again after that; the summary has it, and the census of student nodes. Only with `statements`.',
    ),
    event(['diverged', 'stopped', 'breakpoint', 'refused'], { summary: text }).describe(
      'Stopped: the last line of a run that was ended before its last step. Breakpoint: why it pauses by itself. ' +
        'Refused: a command that makes no sense now, and why.',
    ),
  ]),
);

export type RunEvent = Immutable<z.output<typeof runEventSchema>>;
