import { backendRule } from '../../engine/index.js';
import type { Examination } from './examine.js';

type Found = Examination['tfjs'];

/** The backend that the tfjs engine would run on, and why not on the others. */
const backendLine = (tfjs: Found): string => {
  if (typeof tfjs === 'string') return `tfjs: does not load: ${tfjs}`;
  const loading = tfjs.filter(({ reason }) => reason === null).map(({ backend }) => backend);
  const hasChoice = loading.includes('tensorflow') && loading.includes('wasm');
  const name = hasChoice ? backendRule : loading[0];
  const refused = tfjs
    .filter(({ reason }) => reason !== null)
    .map(({ backend, reason }) => `${backend} does not load: ${reason}`);
  return [`tfjs: ${name === undefined ? 'no backend' : `float32, on ${name}`}`, ...refused].join('; ');
};

/** What a reason says of native TensorFlow to whoever knows it, in words. */
const remedies: readonly { readonly sign: string; readonly remedy: string }[] = [
  {
    sign: "Cannot find package '@tensorflow/tfjs-node'",
    remedy:
      'native TensorFlow is an optional package: npm leaves it out where it cannot be downloaded, or with --omit=optional',
  },
  {
    // npm 12 blocks scripts unless told otherwise.
    sign: 'tfjs_binding.node',
    remedy:
      'if npm blocked the install script of native TensorFlow: npm install -g --allow-scripts=@tensorflow/tfjs-node teachtop, or npm install-scripts approve @tensorflow/tfjs-node in a clone',
  },
  {
    sign: 'SIGILL',
    remedy:
      'native TensorFlow needs instructions that this processor lacks, as a rule AVX; nothing else does',
  },
];

/** What doctor says of tfjs: its backend, and what can be done for native TensorFlow. */
export const tfjsLines = (tfjs: Found): readonly string[] => {
  const reasons = typeof tfjs === 'string' ? [] : tfjs.map(({ reason }) => reason ?? '');
  const known = remedies.filter(({ sign }) => reasons.some((reason) => reason.includes(sign)));
  return [backendLine(tfjs), ...known.map(({ remedy }) => `tfjs: ${remedy}`)];
};
