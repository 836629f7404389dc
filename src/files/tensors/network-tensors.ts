import { type Affine, copyNetwork, type Network } from '../../net/index.js';
import type { NamedTensor } from './safetensors-writer.js';
import type { TensorTable } from './tensor-table.js';

const taps = 3;

const affineTensors = (name: string, { weight, bias }: Affine, convolutional: boolean): NamedTensor[] => {
  const { rows, columns, data } = weight;
  const shape = convolutional ? [rows, columns / taps ** 2, taps, taps] : [rows, columns];
  const weights = { name: `${name}.weight`, shape, values: data };
  return bias ? [weights, { name: `${name}.bias`, shape: [rows], values: bias }] : [weights];
};

/**
 * A network's arrays under the state-dict names of the published networks, `weight` [out, in], after a prefix such as
 * "student.". Source: luckmatters model_gen.py.
 */
export const networkTensors = ({ hidden, final, convolutional }: Network, prefix: string): NamedTensor[] => [
  ...hidden.flatMap((layer, l) => {
    const { norm } = layer;
    const vector = (part: string, values: Float64Array | null): NamedTensor[] =>
      values ? [{ name: `${prefix}ws_bn.${l}.${part}`, shape: [values.length], values }] : [];
    return [
      ...affineTensors(`${prefix}ws_linear.${l}`, layer, convolutional),
      ...vector('weight', norm?.weight ?? null),
      ...vector('bias', norm?.bias ?? null),
      ...vector('running_mean', norm?.runningMean ?? null),
      ...vector('running_var', norm?.runningVariance ?? null),
    ];
  }),
  ...affineTensors(`${prefix}final_w`, final, false),
];

/** The inverse of networkTensors, for a network of the same shape. Errors: those of the table, and for another shape. */
export const readNetworkLike = (table: TensorTable, prefix: string, like: Network): Network => {
  const read = copyNetwork(like);
  for (const { name, shape, values } of networkTensors(read, prefix)) {
    const found = table.get(name);
    if (found.shape.join() !== shape.join())
      throw table.refuse(name, `shape [${found.shape.join(', ')}]`, `[${shape.join(', ')}]`);
    values.set(found.values);
  }
  return read;
};
