// The power function with the same bits on every Node. `**` and Math.pow had those of fdlibm up to V8 12.4 (Node 22) and
// have those of the C library since: an Adam run, or a teacher of a decaying strength, would differ in its last bits.

/** The 64 bits of a number. */
const bitsOf = (x: number): DataView => {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, x);
  return bits;
};

const highWord = (x: number): number => bitsOf(x).getInt32(0);

const withHighWord = (x: number, high: number): number => {
  const bits = bitsOf(x);
  bits.setInt32(0, high);
  return bits.getFloat64(0);
};

/** The leading 21 bits of the fraction: products of two such numbers are exact. */
const leading = (x: number): number => {
  const bits = bitsOf(x);
  bits.setInt32(4, 0);
  return bits.getFloat64(0);
};

/** A number as the sum of a leading part and a rest far below its last bit. */
type Pair = { readonly high: number; readonly low: number };

const exponentOf = (high: number): number => ((high & 0x7fffffff) >> 20) - 1023;

// Coefficients of fdlibm's e_pow (Sun Microsystems 1993): 3/2 ln((1+s)/(1-s)) in s, 2/(3 ln 2) and ln 2 in two parts.
const logarithm = [
  0.5999999999999946, 0.4285714285785502, 0.33333332981837743, 0.272728123808534, 0.23066074577556175,
  0.20697501780033842,
];
const exponential = [
  0.16666666666666602, -0.0027777777777015593, 6.613756321437934e-5, -1.6533902205465252e-6,
  4.1381367970572385e-8,
];
const scale = {
  whole: 0.9617966939259756,
  high: 0.9617967009544373,
  low: -7.028461650952758e-9,
};
const ln2 = {
  whole: Math.LN2,
  high: 0.6931471824645996,
  low: -1.904654299957768e-9,
};
/** What the fraction is close to, and that number's base-2 logarithm in two parts. */
const centres = [
  { near: 1, high: 0, low: 0 },
  { near: 1.5, high: 0.5849624872207642, low: 1.350039202129749e-8 },
];

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => coefficient + x * sum);

/** x = fraction * 2^exponent, the fraction close to one of the centres. */
const split = (x: number): { fraction: number; exponent: number; centre: 0 | 1 } => {
  const high = highWord(x);
  const bits = high & 0xfffff;
  const exponent = exponentOf(high);
  const one = bits | 0x3ff00000;
  if (bits <= 0x3988e) return { fraction: withHighWord(x, one), exponent, centre: 0 };
  if (bits < 0xbb67a) return { fraction: withHighWord(x, one), exponent, centre: 1 };
  return { fraction: withHighWord(x, one - 0x100000), exponent: exponent + 1, centre: 0 };
};

/** Base-2 logarithm of a positive normal number. */
const log2Of = (x: number): Pair => {
  const { fraction, exponent, centre } = split(x);
  const { near, high, low } = centres[centre];
  const above = fraction - near;
  const inverse = 1 / (fraction + near);
  const s = above * inverse;
  const sHigh = leading(s);
  const sum = ((highWord(fraction) >> 1) | 0x20000000) + 0x80000 + (centre << 18);
  const sumHigh = withHighWord(0, sum);
  const sumLow = fraction - (sumHigh - near);
  const sLow = inverse * (above - sHigh * sumHigh - sHigh * sumLow);
  const square = s * s;
  const rest = square * square * polynomial(logarithm, square) + sLow * (sHigh + s);
  const squareHigh = sHigh * sHigh;
  const seriesHigh = leading(3 + squareHigh + rest);
  const seriesLow = rest - (seriesHigh - 3 - squareHigh);
  const product = sHigh * seriesHigh;
  const productRest = sLow * seriesHigh + seriesLow * s;
  const pHigh = leading(product + productRest);
  const pLow = productRest - (pHigh - product);
  const zHigh = scale.high * pHigh;
  const zLow = scale.low * pHigh + pLow * scale.whole + low;
  const result = leading(zHigh + zLow + high + exponent);
  return { high: result, low: zLow - (result - exponent - high - zHigh) };
};

/** 2^(high + low). */
const exp2Of = ({ high, low }: Pair): number => {
  const word = highWord(low + high);
  const isLarge = (word & 0x7fffffff) > 0x3fe00000;
  const whole = isLarge ? Math.round(low + high) : 0;
  const fractionHigh = high - whole;
  const t = leading(low + fractionHigh);
  const u = t * ln2.high;
  const v = (low - (t - fractionHigh)) * ln2.whole + t * ln2.low;
  const z = u + v;
  const w = v - (z - u);
  const square = z * z;
  const odd = z - square * polynomial(exponential, square);
  const quotient = (z * odd) / (odd - 2 - (w + z * w));
  return (1 - (quotient - z)) * 2 ** whole;
};

/** x times x; `x ** 2` is left to the C library by some versions of V8. */
export const square = (x: number): number => x * x;

/**
 * base to the power of exponent, with an error below one unit in the last place and the same bits everywhere: those of `**` in
 * Node 22. For positive normal bases and results.
 */
export const power = (base: number, exponent: number): number => {
  if (exponent === 0) return 1;
  if (exponent === 1) return base;
  if (exponent === 2) return square(base);
  if (exponent === 0.5) return Math.sqrt(base);
  const log = log2Of(base);
  const exponentHigh = leading(exponent);
  const low = (exponent - exponentHigh) * log.high + exponent * log.low;
  return exp2Of({ high: exponentHigh * log.high, low });
};
