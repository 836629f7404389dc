/** Length, of the largest vector, from which a vector adds a direction to those before it. */
const leastLength = 1e-6;

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i] * b[i];
  return sum;
};

/** Removes a vector's parts along orthonormal directions, twice, for the first time leaves rounding. Mutates `vector`. */
const removeParts = (vector: Float64Array, directions: readonly Float64Array[]): void => {
  for (let time = 0; time < 2; time++)
    for (const direction of directions) {
      const part = dot(vector, direction);
      for (let i = 0; i < vector.length; i++) vector[i] -= part * direction[i];
    }
};

/** Orthonormal directions that vectors span, of any lengths. */
const spanOf = (vectors: readonly Float64Array[], dimensions: number): Float64Array[] => {
  const lengths = vectors.map((vector) => Math.sqrt(dot(vector, vector)));
  const most = lengths.reduce((a, b) => Math.max(a, b), 0);
  const order = [...lengths.keys()].sort((a, b) => lengths[b] - lengths[a]);
  const directions: Float64Array[] = [];
  for (const at of order) {
    if (directions.length === dimensions) break;
    const rest = vectors[at].slice();
    removeParts(rest, directions);
    const length = Math.sqrt(dot(rest, rest));
    if (length > leastLength * most) directions.push(rest.map((value) => value / length));
  }
  return directions;
};

/**
 * What observers with these fan-out vectors [c] tell of a node's fan-out: where every gradient is 0 it is orthogonal to each
 * of them, hence 0 where c of them are independent. `independent`: how many are; `share`: of the fan-out's length, what
 * lies in their span, 1 of a fan-out of 0. Source: Tian 2019, unspecialized student nodes.
 */
export const seenBy = (
  observers: readonly Float64Array[],
  fanOut: Float64Array,
): { readonly independent: number; readonly share: number } => {
  const directions = spanOf(observers, fanOut.length);
  const length = Math.sqrt(dot(fanOut, fanOut));
  const inSpan = Math.hypot(...directions.map((direction) => dot(fanOut, direction)));
  return { independent: directions.length, share: length === 0 ? 1 : Math.min(1, inSpan / length) };
};
