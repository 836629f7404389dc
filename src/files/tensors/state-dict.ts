import type { Affine, BatchNorm, Grid, HiddenLayer, Network } from '../../net/index.js';
import type { TensorTable } from './tensor-table.js';

/** What a state dict does not say of its network. */
export type NetworkTraits = Pick<Network, 'convolutional' | 'normBeforeRelu' | 'slope'>;

/** What the lowest layer reads. */
export type NetworkInput = { readonly channels: number; readonly grid: Grid };

const taps = 9;

const readAffine = (table: TensorTable, name: string, inputs: number): Affine => {
  const weight = table.flatMatrix(`${name}.weight`, undefined, inputs);
  const bias = `${name}.bias`;
  return { weight, bias: table.has(bias) ? table.vector(bias, weight.rows) : null };
};

const readNorm = (table: TensorTable, name: string, units: number): BatchNorm | null => {
  if (!table.has(`${name}.running_mean`)) return null;
  const affine = (part: string): Float64Array | null =>
    table.has(`${name}.${part}`) ? table.vector(`${name}.${part}`, units) : null;
  return {
    weight: affine('weight'),
    bias: affine('bias'),
    runningMean: table.vector(`${name}.running_mean`, units),
    runningVariance: table.vector(`${name}.running_var`, units),
  };
};

/**
 * A network from tensors under PyTorch's state-dict names: `ws_linear.L`, `ws_bn.L` and `final_w`, after a prefix
 * such as "teacher.". Errors: UserError naming the file and the tensor where shapes do not fit together.
 * Source: luckmatters model_gen.py, Model and ModelConv.
 */
export const readNetwork = (
  table: TensorTable,
  prefix: string,
  { channels, grid }: NetworkInput,
  traits: NetworkTraits,
): Network => {
  const hidden: HiddenLayer[] = [];
  let inputs = channels;
  for (let l = 0; table.has(`${prefix}ws_linear.${l}.weight`); l++) {
    const affine = readAffine(table, `${prefix}ws_linear.${l}`, inputs * (traits.convolutional ? taps : 1));
    hidden.push({ ...affine, norm: readNorm(table, `${prefix}ws_bn.${l}`, affine.weight.rows) });
    inputs = affine.weight.rows;
  }
  const shrink = traits.convolutional ? 2 * hidden.length : 0;
  const places = (grid.height - shrink) * (grid.width - shrink);
  const script = { activation: 'rectifier', openAtZero: false, storage: 'arrays' } as const;
  return { ...traits, ...script, hidden, final: readAffine(table, `${prefix}final_w`, inputs * places) };
};
