import {
  inputGrid,
  type Matrix,
  type Network,
  type Product,
  plainProduct,
  relu,
  zeros,
} from '../../net/index.js';
import { compileBuild } from './builds.js';
import { fastestBuild } from './fastest-build.js';
import type { KernelBuild } from './kernels.js';
import { NetworkPass } from './network-pass.js';

/** Multiply-adds from which the kernels are worth their start, some milliseconds of the plain loops. */
const leastMultiplyAdds = 1e7;

/** A head alone, without biases. */
const headOf = (weight: Matrix): Network => ({
  hidden: [],
  final: { weight, bias: null },
  convolutional: false,
  ...relu,
  openAtZero: false,
  normBeforeRelu: false,
  storage: 'arrays',
});

/** The plain product on the strict kernels, which round and add as it does: the same bits. */
export const kernelProduct = (x: Matrix, weight: Matrix, build: KernelBuild): Matrix => {
  const out = zeros(x.rows, weight.rows);
  const pass = new NetworkPass(headOf(weight), inputGrid(null), compileBuild(build).module);
  pass.forEachBlock(x, [], (first, { output }) => out.data.set(output().data, first * out.columns));
  return out;
};

/** The plain product, large ones on the kernels. */
export const strictProduct = async (): Promise<Product> => {
  const build = await fastestBuild(true);
  return (x, weight) =>
    x.rows * weight.data.length < leastMultiplyAdds
      ? plainProduct(x, weight)
      : kernelProduct(x, weight, build);
};
