// Units erf(x / sqrt 2) of a dense layer, one number after the other in double precision, and the slope that gradients
// are multiplied by. The error function is fdlibm's s_erf.c, as in src/net/arithmetic/error-function.ts; its exponentials are the
// compiler's own, so that the bits are the same on every machine.
import { panelAt, panelsOf, perPanel, rowAt } from '../products/panel';
import { Layer } from '../host-records';

/** erf |x| from 1.25 on: 1 less exp(-x^2 - 0.5625 + rest) / |x|. The square of the rounded x is exact. */
@inline
function outerErf(size: f64, rest: f64): f64 {
  const rounded = <f64>(<f32>size);
  return 1 - (Math.exp(-rounded * rounded - 0.5625) * Math.exp((rounded - size) * (rounded + size) + rest)) / size;
}

/** erf |x| for |x| < 0.84375, in z = x^2. */
@inline
function innerErf(x: f64): f64 {
  const z = x * x;
  const over = 0.12837916709551256 + z * (-0.3250421072470015 + z * (-0.02848174957559851 +
    z * (-0.005770270296489442 + z * -2.3763016656650163e-5)));
  const under = 1 + z * (0.39791722395915535 + z * (0.0650222499887673 + z * (0.005081306281875766 +
    z * (0.00013249473800432164 + z * -3.960228278775368e-6))));
  return x + x * (over / under);
}

/** The rest in the exponent for |x| < 1 / 0.35, in z = 1 / x^2. */
@inline
function middleRest(z: f64): f64 {
  const over = -0.009864944034847148 + z * (-0.6938585727071818 + z * (-10.558626225323291 +
    z * (-62.375332450326006 + z * (-162.39666946257347 + z * (-184.60509290671104 + z * (-81.2874355063066 +
    z * -9.814329344169145))))));
  const under = 1 + z * (19.651271667439257 + z * (137.65775414351904 + z * (434.56587747522923 +
    z * (645.3872717332679 + z * (429.00814002756783 + z * (108.63500554177944 + z * (6.570249770319282 +
    z * -0.0604244152148581)))))));
  return over / under;
}

/** The rest in the exponent beyond, in z = 1 / x^2. */
@inline
function tailRest(z: f64): f64 {
  const over = -0.0098649429247001 + z * (-0.7992832376805231 + z * (-17.757954917754752 + z * (-160.63638485582192 +
    z * (-637.5664433683896 + z * (-1025.0951316110772 + z * -483.5191916086514)))));
  const under = 1 + z * (30.33806074348246 + z * (325.7925129965739 + z * (1536.729586084437 +
    z * (3199.8582195085955 + z * (2553.0504064331644 + z * (474.52854120695537 + z * -22.44095244658582))))));
  return over / under;
}

/** erf |x| for |x| from 0.84375 to 1.25, in z = |x| - 1. */
@inline
function erfNearOne(z: f64): f64 {
  const over = -0.0023621185607526594 + z * (0.41485611868374833 + z * (-0.3722078760357013 +
    z * (0.31834661990116175 + z * (-0.11089469428239668 + z * (0.035478304325618236 + z * -0.002166375594868791)))));
  const under = 1 + z * (0.10642088040084423 + z * (0.540397917702171 + z * (0.07182865441419627 +
    z * (0.12617121980876164 + z * (0.01363708391202905 + z * 0.011984499846799107)))));
  return 0.8450629115104675 + over / under;
}

function erf(x: f64): f64 {
  const size = abs<f64>(x);
  if (size < 3.725290298461914e-9) return x + 0.1283791670955126 * x;
  if (size < 0.84375) return innerErf(x);
  if (isNaN<f64>(x)) return x;
  let value: f64 = 1;
  if (size < 1.25) value = erfNearOne(size - 1);
  else if (size < 6) {
    const z = 1 / (size * size);
    value = outerErf(size, size < 1 / 0.35 ? middleRest(z) : tailRest(z));
  }
  return x < 0 ? -value : value;
}

/** Samples in a panel: the lanes beyond the last one are read as nobody's. */
@inline
function lanesOf<T>(samples: i32, panel: i32): usize {
  return <usize>min<i32>(perPanel<T>(), samples - panel * perPanel<T>());
}

/** out = erf(raw / sqrt 2) in units [from, to) of a block of samples. */
export function squashUnits<T>(layer: Layer, samples: i32, from: i32, to: i32): void {
  for (let panel = 0; panel < panelsOf<T>(samples); panel++)
    for (let unit = from; unit < to; unit++) {
      const raw = rowAt(panelAt(layer.raw, layer.rawStep, panel), unit);
      const out = rowAt(panelAt(layer.out, layer.outStep, panel), unit);
      for (let lane: usize = 0; lane < lanesOf<T>(samples, panel); lane++) {
        const x = <f64>load<T>(raw + lane * sizeof<T>());
        store<T>(out + lane * sizeof<T>(), <T>erf(x * 0.7071067811865476));
      }
    }
}

/** Multiplies the gradient at units [from, to) of a block of samples by sqrt(2/pi) exp(-raw^2 / 2). */
export function carryThroughSlopes<T>(layer: Layer, samples: i32, from: i32, to: i32): void {
  for (let panel = 0; panel < panelsOf<T>(samples); panel++)
    for (let unit = from; unit < to; unit++) {
      const raw = rowAt(panelAt(layer.raw, layer.rawStep, panel), unit);
      const gradient = rowAt(panelAt(layer.gradient, layer.gradientStep, panel), unit);
      for (let lane: usize = 0; lane < lanesOf<T>(samples, panel); lane++) {
        const x = <f64>load<T>(raw + lane * sizeof<T>()), at = gradient + lane * sizeof<T>();
        store<T>(at, <T>(<f64>load<T>(at) * (0.7978845608028654 * Math.exp((-x * x) / 2))));
      }
    }
}
