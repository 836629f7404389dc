import type { Session } from '../../src/protocol/session.js';

/** A session that does nothing and tells nothing, but for what is given. */
export const idleSession = (given: Partial<Session> = {}): Session => ({
  send() {},
  switchPreset() {},
  restart() {},
  bringBack() {},
  setLogging() {},
  startControl() {},
  endControl() {},
  subscribe: () => () => {},
  ...given,
});
