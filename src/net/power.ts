const wholePower = (base: number, exponent: number): number => {
  if (exponent === 0) return 1;
  const root = wholePower(base, Math.floor(exponent / 2));
  return exponent % 2 === 0 ? root * root : root * root * base;
};

const fractionPower = (base: number, exponent: number): number => {
  if (exponent === 0) return 1;
  return exponent === 0.5 ? Math.sqrt(base) : Math.exp(exponent * Math.log(base));
};

/** base^exponent for both above or at 0, with the same bits in every version of V8, which `**` has not: 12 and 13 differ. */
export const power = (base: number, exponent: number): number => {
  const whole = Math.floor(exponent);
  return wholePower(base, whole) * fractionPower(base, exponent - whole);
};
