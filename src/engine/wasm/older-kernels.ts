import type { EngineDescription } from '../engine.js';

/** Names of the builds that came before the panels: their sums ran in another order. */
const olderVariants = ['relaxed-simd', 'simd'];

/** Which older build of the kernels a run was trained on, whose bits cannot be had again; null for any other engine. */
export const olderKernels = ({
  engine,
  variant,
}: Pick<EngineDescription, 'variant'> & { readonly engine: string }): string | null =>
  engine === 'wasm' && olderVariants.includes(variant) ? variant : null;

/** Whether a variant of this engine, of whatever build, gives the same bits on every machine. */
export const isStrictVariant = (variant: string): boolean =>
  variant === 'simd' || variant.endsWith('-strict');
