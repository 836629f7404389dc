import type * as z from 'zod';
import { allowedValues, refuseValue, shown } from '../input/index.js';
import type { Conflict } from './conflicts/conflict.js';
import { type Experiment, type MultiLayerExperiment, optionsSchemas, theoryDataSize } from './experiment.js';

type Settings<Kind extends keyof typeof optionsSchemas> = z.output<(typeof optionsSchemas)[Kind]>;

/** An experiment; or the first value that a schema refuses; or a value that makes no experiment. */
export type Completed =
  | { readonly experiment: Experiment }
  | { readonly issue: z.core.$ZodIssue }
  | { readonly conflict: Conflict };

const defaultMulti = 5;
const defaultDeepMulti = 10;
const defaultDeepInputs = 20;
const defaultImageSide = 16;
const largestWidth = 10_000;

/** n, and with it the width as a multiple of m, from whichever of the two was given. */
const resolveWidth = (m: number, n: number | undefined, multi: number | undefined) =>
  n === undefined
    ? { n: Math.floor(m * (multi ?? defaultMulti)), multi: multi ?? defaultMulti }
    : { n, multi: n / m };

/** What soft committee machines and online samples imply. */
const implied = ({ secondLayer, onlineSamples, stepsPerEpoch, batchSize }: Settings<'two-layer'>) => ({
  ...(secondLayer === undefined ? {} : { topLayerFixed: true, strengthDecay: 0 }),
  ...(onlineSamples ? { regenerateData: true, trainSize: stepsPerEpoch * batchSize } : {}),
});

/** Fills in what follows from the other settings of a two-layer experiment. */
export const completeTwoLayer = (settings: Settings<'two-layer'>): Completed => {
  const width = resolveWidth(settings.m, settings.n, settings.multi);
  if (width.n < 1 || width.n > largestWidth) {
    const got = `${shown(settings.multi)}, which makes n=${width.n} at m=${settings.m}`;
    return { conflict: { key: 'multi', got, allowed: `n from 1 to ${largestWidth}` } };
  }
  const experiment = {
    ...settings,
    ...width,
    bias: settings.noBias ? 0 : settings.bias,
    trainSize: settings.theoryData ? theoryDataSize(settings) : settings.trainSize,
    ...implied(settings),
  };
  return { experiment };
};

/** Images of the data sets that are files. */
const imagesOf = { mnist: { channels: 1, side: 28 }, cifar10: { channels: 3, side: 32 } } as const;

const numbersIn = ({ channels, side }: { channels: number; side: number }): number => channels * side * side;

type InputShape = Pick<MultiLayerExperiment, 'd' | 'image'>;

/** The input's shape; a setting that contradicts it is a conflict. */
const resolveInput = ({
  dataset,
  convolutional,
  d,
  imageSide,
}: Settings<'multi-layer'>): InputShape | Conflict => {
  const drawn = dataset === 'gaussian' || dataset === 'uniform';
  if (imageSide !== undefined && !(drawn && convolutional)) {
    const allowed = 'only with convolutional and a gaussian or uniform dataset';
    return { key: 'imageSide', got: shown(imageSide), allowed };
  }
  const image = drawn ? { channels: 1, side: imageSide ?? defaultImageSide } : imagesOf[dataset];
  if (drawn && !convolutional) return { d: d ?? defaultDeepInputs, image: null };
  if (d !== undefined && d !== numbersIn(image))
    return { key: 'd', got: `${d} for inputs of ${numbersIn(image)} numbers`, allowed: 'no value' };
  return { d: numbersIn(image), image: convolutional ? image : null };
};

/** Fills in what follows from the other settings of a multi-layer experiment. */
export const completeMultiLayer = (settings: Settings<'multi-layer'>): Completed => {
  const input = resolveInput(settings);
  if ('key' in input) return { conflict: input };
  const { imageSide, ...rest } = settings;
  const { perturb, sameDirection, sameSigns, trainSize, batchSize } = settings;
  const atTeacher = perturb !== null || sameDirection || sameSigns;
  const multi = settings.multi ?? (atTeacher ? 1 : defaultDeepMulti);
  return { experiment: { ...rest, ...input, multi, stepsPerEpoch: Math.ceil(trainSize / batchSize) } };
};

/** Settings that give a stored experiment again, and its width, which they would give rounded. */
export const settingsToComplete = (
  stored: object,
  origin: string,
): { readonly settings: Readonly<Record<string, unknown>>; readonly multi: number } => {
  const { multi, ...settings } = stored as Readonly<Record<string, unknown>>;
  const field = optionsSchemas['two-layer'].unwrap().shape.multi;
  const parsed = field.safeParse(multi);
  if (!parsed.success || parsed.data === undefined)
    throw refuseValue(origin, 'multi', shown(multi), allowedValues(field));
  if (settings.kind !== 'multi-layer') return { settings, multi: parsed.data };
  const { image, stepsPerEpoch, ...deep } = settings;
  return { settings: { ...deep, ...imageSettings(settings), multi }, multi: parsed.data };
};

/** `imageSide` of a stored experiment whose images were drawn. */
const imageSettings = ({ dataset, image }: Readonly<Record<string, unknown>>): { imageSide?: unknown } => {
  const drawn = dataset === 'gaussian' || dataset === 'uniform';
  return drawn && typeof image === 'object' && image !== null && 'side' in image
    ? { imageSide: image.side }
    : {};
};
