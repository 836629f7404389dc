// The error function with the same bits on every machine: fdlibm's s_erf.c (Sun Microsystems 1993), below one unit in the
// last place. A rational function in each stretch of |x|, from the constant term up.

const erfAtOne = 0.8450629115104675;
/** 2/sqrt(pi) - 1. */
const excess = 0.1283791670955126;

type Quotient = { readonly over: readonly number[]; readonly under: readonly number[] };

/** |x| < 0.84375, in x^2. */
const nearZero: Quotient = {
  over: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442,
    -2.3763016656650163e-5,
  ],
  under: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164,
    -3.960228278775368e-6,
  ],
};

/** |x| < 1.25, in |x| - 1. */
const nearOne: Quotient = {
  over: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175,
    -0.11089469428239668, 0.035478304325618236, -0.002166375594868791,
  ],
  under: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
};

/** |x| < 1/0.35, in 1/x^2. */
const middle: Quotient = {
  over: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  under: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
};

/** |x| < 6, in 1/x^2. */
const tail: Quotient = {
  over: [
    -0.0098649429247001, -0.7992832376805231, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  under: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
};

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduceRight((sum, coefficient) => coefficient + x * sum);

const quotient = ({ over, under }: Quotient, x: number): number => polynomial(over, x) / polynomial(under, x);

/** erf |x| from where it is 1 less a tail, exp(-x^2 - 0.5625 + R) / |x|. The square of the rounded x is exact. */
const outerErf = (size: number): number => {
  const rounded = Math.fround(size);
  const rest = quotient(size < 1 / 0.35 ? middle : tail, 1 / (size * size));
  const falls = Math.exp(-rounded * rounded - 0.5625) * Math.exp((rounded - size) * (rounded + size) + rest);
  return 1 - falls / size;
};

/** The error function, 2/sqrt(pi) times the integral of exp(-t^2) from 0 to x; NaN of NaN. */
export const erf = (x: number): number => {
  const size = Math.abs(x);
  if (size < 2 ** -28) return x + excess * x;
  if (size < 0.84375) return x + x * quotient(nearZero, x * x);
  const value = size < 1.25 ? erfAtOne + quotient(nearOne, size - 1) : size < 6 ? outerErf(size) : 1;
  return Number.isNaN(x) ? x : x < 0 ? -value : value;
};
