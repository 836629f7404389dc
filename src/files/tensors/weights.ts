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

/** Tensors after the prefix of one network: files may hold a teacher and a student side by side. */
const prefixOf = (table: TensorTable, who: 'teacher' | 'student'): string =>
  table.has(`${who}.final_w.weight`) ? `${who}.` : '';

const refuseUnknownTensors = (table: TensorTable, prefix: string): void => {
  const unknown = table
    .names()
    .find((name) => name.startsWith(prefix) && !knownTensor.test(name.slice(prefix.length)));
  if (unknown !== undefined && (prefix !== '' || !/^(?:teacher|student)\./.test(unknown)))
    throw table.refuse(unknown, 'that name', 'ws_linear.L, ws_bn.L and final_w of the published networks');
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
 * A teacher or a student from a .safetensors file of the data folder, PyTorch state-dict names, with or without
 * "teacher." or "student." before them. Errors: UserError naming the file, and the tensor or what does not fit the
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
  const prefix = prefixOf(table, who);
  refuseUnknownTensors(table, prefix);
  const { image, d, batchNormBeforeRelu, teacherLeak } = settings;
  const network = readNetwork(
    table,
    prefix,
    { channels: image?.channels ?? d, grid: inputGrid(image) },
    {
      convolutional: image !== null,
      normBeforeRelu: batchNormBeforeRelu,
      slope: who === 'teacher' ? (teacherLeak ?? 0) : 0,
    },
  );
  refuseOtherShape(network, settings, who, path);
  return network;
};
