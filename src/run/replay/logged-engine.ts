import { type EngineChoice, isStrictVariant } from '../../engine/index.js';
import { UserError } from '../../input/index.js';
import type { Header } from '../../protocol/index.js';

/**
 * The engine on which a log's run has its bits, kernels and threads as they were. Errors: UserError for a log that
 * another trainer wrote, which nothing here can run again.
 */
export const loggedEngine = ({ engine: logged }: Header): EngineChoice & { readonly threads: number } => {
  const { engine, variant, precision, threads } = logged;
  if (engine === 'external')
    throw new UserError(`got a log of another trainer (${variant}), allowed: one that teachtop wrote`);
  return { engine, precision, strict: isStrictVariant(variant), threads };
};
