import { resolveExperiment } from '../../src/experiment/draft.js';
import type { TwoLayerOptions } from '../../src/experiment/experiment.js';
import type { SessionMessage } from '../../src/protocol/session.js';
import { startRun } from '../../src/run/thread/run-host.js';
import { LiveSession } from '../../src/session/live-session.js';
import { initialState, reduce, type State } from '../../src/store/state.js';

/** 5 teacher nodes, 15 student nodes, on the strict kernels: long enough that commands meet a run under way. */
const small: TwoLayerOptions = {
  ...{ d: 8, m: 5, multi: 3, c: 4, trainSize: 200, evalSize: 100, learningRate: 0.02 },
  ...{ stepsPerEpoch: 1000, frameEvery: 500 },
};

export type ThreadedSession = {
  readonly session: LiveSession;
  readonly messages: readonly SessionMessage[];
  /** The state that the messages come to, once it passes. */
  readonly until: (passes: (state: State) => boolean) => Promise<State>;
};

/** A live session with real threads; `folder`: where its logs are. */
export const openSession = (
  folder: string,
  options: TwoLayerOptions,
  { record = true, start = startRun }: { readonly record?: boolean; readonly start?: typeof startRun } = {},
): ThreadedSession => {
  const experiment = resolveExperiment({ ...small, ...options }, 'test');
  const plan = { preset: 'small', title: 'Small', experiment, interventions: [], breakpoints: [] };
  const session = new LiveSession({
    ...{ program: 'teachtop test', dataFolder: null, threshold: 0.95 },
    engine: { engine: 'wasm', strict: true },
    ...{ logParent: () => folder, record, startRun: start },
    planOf: () => plan,
    now: () => new Date('2026-01-01T00:00:00Z'),
  });
  const messages: SessionMessage[] = [];
  const waiting = new Set<() => void>();
  let state: State = initialState;
  session.subscribe((message) => {
    messages.push(message);
    state = reduce(state, message);
    for (const check of waiting) check();
  });
  const until = (passes: (now: State) => boolean): Promise<State> =>
    new Promise((resolve) => {
      const check = (): void => {
        if (!passes(state)) return;
        waiting.delete(check);
        resolve(state);
      };
      waiting.add(check);
      check();
    });
  session.start(plan);
  return { session, messages, until };
};
