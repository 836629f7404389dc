import { UserError } from '../input/index.js';
import type { EngineName, Precision } from './engine.js';

/** The one precision of engines that have no other. */
const onlyPrecisions: Readonly<
  Partial<Record<EngineName | 'auto', { readonly precision: Precision; readonly advice: string }>>
> = {
  tfjs: { precision: 'float32', advice: '; choose engine wasm or naive for it' },
  naive: { precision: 'float64', advice: '' },
};

/** Refuses a precision that an engine does not offer. Errors: UserError. */
export const refusePrecision = (engine: EngineName | 'auto', precision: Precision): void => {
  const only = onlyPrecisions[engine];
  if (only !== undefined && only.precision !== precision)
    throw new UserError(
      `engine ${engine}: precision "${precision}" is not offered, allowed: "${only.precision}"${only.advice}`,
    );
};
