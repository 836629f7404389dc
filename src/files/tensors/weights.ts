import { join } from 'node:path';
import type { FileSettings } from '../../experiment/index.js';
import { readUserFile, UserError } from '../../input/index.js';
import { inputGrid, type Network } from '../../net/index.js';
import { readSafetensors } from './safetensors.js';
import { readNetwork } from './state-dict.js';
import { TensorTable } from './tensor-table.js';

const largestFileBytes = 1024 ** 3;

const knownTensor =
  /^(?:ws_linear\.\d+\.(?:weight|bias)|ws_bn\.\d+\.(?:weight|bias|running_mean|running_var|num_batches_tracked)|final_w\.(?:weight|bias))$/;

/** Names of a network's parts, whatever they are of. */
const networkPart = /^(?:ws_linear|ws_bn|final_w)\./;

const lastTensor = 'final_w.weight';

/** What DataParallel, torch.compile, Lightning and others put before the names of what they wrap. */
const wrappers = ['module', '_orig_mod', 'model', 'net', 'network'];

/**
 * What stands before the names of the network's tensors: who it is, where a file holds a teacher and a student side by
 * side, and what wrappers add; in a file of one network anything. Errors: UserError where a file holds several that may
 * be meant.
 */
const prefixOf = (table: TensorTable, who: 'teacher' | 'student', path: string): string => {
  const prefixes = table
    .names()
    .filter((name) => name === lastTensor || name.endsWith(`.${lastTensor}`))
    .map((name) => name.slice(0, -lastTensor.length));
  const wordsOf = (prefix: string): string[] => prefix.split('.').filter((word) => word !== '');
  const wrapped = prefixes.filter((prefix) =>
    wordsOf(prefix).every((word) => word === who || wrappers.includes(word)),
  );
  const named = wrapped.filter((prefix) => wordsOf(prefix).includes(who));
  const [prefix, another] = [named, wrapped, prefixes].find(({ length }) => length > 0) ?? [];
  if (another !== undefined)
    throw new UserError(
      `${path}: got networks ${prefixes.map((one) => `"${one}"`).join(', ')}, allowed: one, or one with "${who}." in its tensors' names`,
    );
  return prefix ?? '';
};

/** Refuses tensors of the network that the published ones do not have; what else a file holds is left alone. */
const refuseUnknownTensors = (table: TensorTable, prefix: string): void => {
  const unknown = table.names().find((name) => {
    const own = name.slice(prefix.length);
    return name.startsWith(prefix) && networkPart.test(own) && !knownTensor.test(own);
  });
  if (unknown !== undefined)
    throw table.refuse(unknown, 'that name', 'ws_linear.L, ws_bn.L and final_w of the published networks');
};

/** Refuses weights that are no numbers, by the name of their tensor. */
const refuseNotFinite = (table: TensorTable, prefix: string): void => {
  for (const name of table.names()) {
    if (!name.startsWith(prefix) || !knownTensor.test(name.slice(prefix.length))) continue;
    const { values } = table.get(name);
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at !== -1) throw table.refuse(name, `${values[at]} at place ${at}`, 'finite numbers');
  }
};

const refuseOtherShape = (
  { hidden, final }: Network,
  { hidden: teacherWidths, c, noBias }: FileSettings,
  who: 'teacher' | 'student',
  path: string,
): void => {
  const refuse = (got: string, allowed: string): UserError =>
    new UserError(`${path}: got a ${who} of ${got}, allowed: ${allowed}`);
  const widths = hidden.map(({ weight }) => weight.rows);
  if (who === 'teacher' && widths.join('-') !== teacherWidths.join('-'))
    throw refuse(
      `hidden layers ${widths.join('-') || 'none'}`,
      `${teacherWidths.join('-')}, as "hidden" says`,
    );
  if (widths.length !== teacherWidths.length)
    throw refuse(`${widths.length} hidden layers`, `${teacherWidths.length}`);
  if (final.weight.rows !== c) throw refuse(`${final.weight.rows} outputs`, `${c}, as "c" says`);
  if (noBias && [...hidden, final].some(({ bias }) => bias !== null))
    throw refuse('layers with biases', 'none, as "noBias" says');
};

/**
 * A teacher or a student from a .safetensors file of the data folder, PyTorch state-dict names with or
 * without a prefix, in any floating-point format. Errors: UserError naming the file, and the tensor or what does not fit the
 * experiment.
 */
export const loadWeights = (
  settings: FileSettings,
  who: 'teacher' | 'student',
  name: string,
  dataFolder: string | null,
): Network => {
  if (dataFolder === null)
    throw new UserError(`${who}File: got ${name} and no folder, allowed: --data-dir with that file`);
  const path = join(dataFolder, name);
  const table = new TensorTable(readSafetensors(readUserFile(path, largestFileBytes), path), path);
  const prefix = prefixOf(table, who, path);
  refuseUnknownTensors(table, prefix);
  refuseNotFinite(table, prefix);
  const { image, d, batchNormBeforeRelu, teacherLeak, studentLeak = 0 } = settings;
  const network = readNetwork(
    table,
    prefix,
    { channels: image?.channels ?? d, grid: inputGrid(image) },
    {
      convolutional: image !== null,
      normBeforeRelu: batchNormBeforeRelu,
      slope: who === 'teacher' ? (teacherLeak ?? 0) : studentLeak,
    },
  );
  refuseOtherShape(network, settings, who, path);
  return network;
};
