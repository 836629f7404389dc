import { basename, join, resolve } from 'node:path';
import * as z from 'zod';
import { readSafetensors, TensorTable } from '../../files/index.js';
import { readUserFile, readUserJson, refuseValue, shown } from '../../input/index.js';
import { readMultiLayerTrace } from './multi-layer-trace.js';
import type { Trace } from './trace.js';
import { epochSchema, parsePart } from './trace-parts.js';
import { readTwoLayerTrace } from './two-layer-trace.js';

const largestFileBytes = 1024 ** 3;

const kindSchema = z.object({ kind: z.string() });
const dtypeSchema = z.object({ dtype: z.enum(['float64', 'float32']) });
const bodySchema = z.object({ config: z.record(z.string(), z.unknown()), epochs: z.array(epochSchema) });

const kinds = '"two-layer" or "multilayer"';

/**
 * Reads a recorded run from its folder (trace.json and tensors.safetensors).
 *
 * Errors: UserError naming the file and the key or tensor.
 */
export const readTrace = (folder: string): Trace => {
  const path = join(folder, 'trace.json');
  const value = readUserJson(path, largestFileBytes);
  const { kind } = parsePart(kindSchema, value, path, kinds);
  if (kind !== 'two-layer' && kind !== 'multilayer') throw refuseValue(path, 'kind', shown(kind), kinds);
  const { dtype } = parsePart(dtypeSchema, value, path, '"float64" or "float32"');
  const body = parsePart(
    bodySchema,
    value,
    path,
    'config, an object, and epochs, a list of metrics that are numbers, lists of numbers or counts by threshold',
  );
  const tensorPath = join(folder, 'tensors.safetensors');
  const tensors = readSafetensors(readUserFile(tensorPath, largestFileBytes), tensorPath);
  const table = new TensorTable(tensors, tensorPath);
  const source = { name: basename(resolve(folder)), dtype, path, ...body, table };
  return kind === 'two-layer' ? readTwoLayerTrace(source) : readMultiLayerTrace(source);
};
