import { type EngineChoice, isStrictVariant, tfjsBackends } from '../../engine/index.js';
import { type Header, ownHeader } from '../../protocol/index.js';

/**
 * The engine on which a log's run has its bits: kernels, backend and threads as they were. Errors: UserError for a log that
 * another trainer wrote, which nothing here can run again.
 */
export const loggedEngine = (header: Header): EngineChoice & { readonly threads: number } => {
  const { engine, variant, precision, threads } = ownHeader(header).engine;
  const backend = tfjsBackends.find((name) => engine === 'tfjs' && name === variant);
  return { engine, precision, strict: isStrictVariant(variant), threads, ...(backend && { backend }) };
};
