/** Inputs, units of each hidden layer, outputs. */
export type Size = { readonly widths: readonly number[]; readonly batch: number };

/** Something that trains the same experiment and can be timed. */
export type Peer = {
  readonly name: string;
  /** Runs this many steps; resolves to the seconds they took, of processor time unless the name says otherwise. */
  readonly seconds: (steps: number) => number | Promise<number>;
  readonly close: () => void;
};

/** Multiply-adds count two. Forward, backward and update of every layer, biases with it; the lowest passes nothing down. */
export const flopsPerStep = ({ widths, batch }: Size): number =>
  widths.slice(1).reduce((sum, units, l) => sum + (l === 0 ? 4 : 6) * batch * (widths[l] + 1) * units, 0);

/** Seconds on the clock. */
export const timed = (action: () => void): number => {
  const started = performance.now();
  action();
  return (performance.now() - started) / 1000;
};

/** Seconds of processor time, all threads of the process together: other programs hardly change it. */
export const spent = (action: () => void): number => {
  const started = process.cpuUsage();
  action();
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
};

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};

/** How many times as long one peer takes as another: the median of the ratios of their turns. */
export const pairedRatio = (one: readonly number[], other: readonly number[]): number =>
  median(one.map((time, round) => time / other[round]));

const wantedSeconds = 0.06;
export const rounds = 15;

/** Steps that take this peer about `wantedSeconds`, found after a warm-up. */
const calibrate = async (peer: Peer): Promise<number> => {
  let steps = 1;
  for (;;) {
    const seconds = await peer.seconds(steps);
    if (seconds >= wantedSeconds / 2) return Math.max(1, Math.round((steps * wantedSeconds) / seconds));
    steps *= 4;
  }
};

/** Microseconds per step of every peer in each round, measured in turns so that all see the same machine. */
export const measureInTurns = async (peers: readonly Peer[]): Promise<Map<string, readonly number[]>> => {
  const steps = new Map<string, number>();
  for (const peer of peers) steps.set(peer.name, await calibrate(peer));
  const samples = new Map(peers.map(({ name }) => [name, [] as number[]]));
  for (let round = 0; round < rounds; round++)
    for (const peer of peers) {
      const count = steps.get(peer.name) ?? 1;
      samples.get(peer.name)?.push((1e6 * (await peer.seconds(count))) / count);
    }
  return samples;
};
