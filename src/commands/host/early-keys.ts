import { exitCodeOf, type Host } from './process-host.js';

/** Signals that end a process with its terminal as it is; Node gives it back at the others. */
const abruptSignals = ['SIGHUP', 'SIGUSR2', 'SIGXCPU'] as const;

/**
 * Has the terminal send keys as they are typed, unechoed, before there is a screen to take them. Until something else
 * hears the signals that end the program, these give the terminal back.
 */
export const takeKeysEarly = ({ stdin, signals, endWithin }: Host): void => {
  stdin.setRawMode(true);
  for (const signal of abruptSignals)
    signals.on(signal, () => {
      if (signals.listenerCount(signal) > 1) return;
      stdin.setRawMode(false);
      endWithin(0, exitCodeOf(signal));
    });
};
