import type { RunEvent } from '../protocol/index.js';
import { grouped } from './numbers.js';

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
      return `${event.summary}, back at step ${grouped(event.toStep)}`;
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
