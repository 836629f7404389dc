import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learningRateInEpoch, resolveFrameEvery, totalSteps } from '../../src/experiment/cadence.js';
import {
  applySettings,
  completeExperiment,
  draftExperiment,
  resolveExperiment,
  restoreExperiment,
} from '../../src/experiment/draft.js';
import { referenceAliases, type TwoLayerOptions } from '../../src/experiment/experiment.js';
import { UserError } from '../../src/input/user-error.js';
import { twoLayer } from '../support/two-layer.js';

const complete = (options: unknown) => twoLayer(completeExperiment(draftExperiment(options, 'a.json')));

/** The message of the UserError that resolving throws; fails the test when it does not. */
const refusal = (action: () => unknown): string => {
  try {
    action();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

describe('defaults', () => {
  test("are the paper's two-layer experiment at 5x", () => {
    const { n, multi, d, m, c, learningRate, batchSize, trainSize } = complete({});
    expect({ n, multi, d, m, c, learningRate, batchSize, trainSize }).toEqual({
      n: 50,
      multi: 5,
      d: 100,
      m: 10,
      c: 50,
      learningRate: 0.01,
      batchSize: 16,
      trainSize: 10_000,
    });
  });

  test('n follows from multi by rounding down, multi from n', () => {
    expect(complete({ m: 5, multi: 1.5 })).toMatchObject({ n: 7, multi: 1.5 });
    expect(complete({ m: 10, n: 7 })).toMatchObject({ n: 7, multi: 0.7 });
  });

  test('noBias means bias 0, and theory data resolves its size', () => {
    expect(complete({ noBias: true, bias: -0.4 }).bias).toBe(0);
    expect(complete({ theoryData: true, m: 7, trainSize: 100 }).trainSize).toBe(105);
  });
});

describe('soft committee machines and online samples', () => {
  test('fix the second layer, its strengths and the samples of an epoch', () => {
    const options = {
      secondLayer: 0.5,
      onlineSamples: true,
      stepsPerEpoch: 70,
      batchSize: 3,
      activation: 'erf',
    };
    const experiment = complete(options);
    expect(experiment).toMatchObject({
      topLayerFixed: true,
      strengthDecay: 0,
      trainSize: 210,
      regenerateData: true,
    });
    expect(restoreExperiment(JSON.parse(JSON.stringify(experiment)), 'log')).toEqual(experiment);
  });

  test('are nowhere in an experiment that does not ask for them', () => {
    const keys = Object.keys(complete({}));
    for (const key of ['activation', 'secondLayer', 'onlineSamples', 'outputNoise'])
      expect(keys).not.toContain(key);
  });

  test.each([
    [{ activation: 'erf', relu: false }, /key "activation": got "erf" with relu false, allowed: no value/],
    [{ onlineSamples: true, sgd: false }, /key "onlineSamples": got true with sgd false/],
    [{ onlineSamples: true, theoryData: true }, /key "onlineSamples": got true with theoryData/],
    [{ activation: 'tanh' }, /key "activation": got "tanh", allowed: "relu" or "erf"/],
    [{ onlineSamples: true, stepsPerEpoch: 1_000_000, batchSize: 1000 }, /key "stepsPerEpoch": got 1000000/],
  ])('%o is refused', (options, message) => {
    expect(refusal(() => complete(options))).toMatch(message);
  });
});

describe('aliases', () => {
  const given: Readonly<Record<string, unknown>> = {
    choices: [-2, 2],
    teacher_strength_decay: 2.5,
    no_bias: true,
    teacher_scale: 0.7,
    student_scale: 0.07,
    data_std: 1.25,
    N_train: 123,
    N_eval: 124,
    batchsize: 3,
    use_sgd: false,
    num_iter_per_epoch: 11,
    num_epoch: 12,
    lr: 0.5,
    lr_reduction: 4,
    regen_dataset: true,
    normalize: true,
    feature_fixed: true,
    top_layer_fixed: true,
    nonlinear: false,
    adv_init: 'help',
    theory_suggest_train: false,
    theory_suggest_mean: 2,
    theory_suggest_sigma: 3,
  };

  const givenDeep: Readonly<Record<string, unknown>> = {
    kind: 'multi-layer',
    dataset: 'uniform',
    node_multi: 3,
    ks: [4, 5],
    d_output: 6,
    image: 9,
    use_cnn: true,
    weight_choices: [-1, 0, 1],
    no_sep: true,
    teacher_bias_tune: false,
    teacher_bias_last_layer_tune: false,
    leaky_relu: 0.1,
    bn: true,
    bn_affine: true,
    teacher_bn: true,
    teacher_bn_affine: true,
    bn_before_relu: true,
    load_teacher: 'teacher.safetensors',
    load_student: 'student.safetensors',
    optim_method: 'sgd',
    momentum: 0.5,
    weight_decay: 0.001,
    lr: 0.3,
    cross_entropy: true,
    random_dataset_size: 321,
    eval_size: 322,
    batchsize: 32,
    num_epoch: 7,
    data_std: 2,
    regen_dataset_each_epoch: true,
    normalize: true,
    teacher_strength_decay: 1,
  };
  const besides: Readonly<Record<string, unknown>> = {
    kind: 'multi-layer',
    data_d: 9,
    node_multi: 1,
    same_dir: true,
    same_sign: true,
    stats_H: true,
    no_bias: true,
    tuneTeacherBias: false,
    tuneTeacherOutput: false,
    ks: [3],
  };

  test.each([
    ['two-layer', { ...given, d: 4, m: 3, c: 2 }],
    ['multi-layer', givenDeep],
    ['multi-layer, the rest', besides],
  ])('every option name of the reference (%s) is accepted, each for its own key', (_, options) => {
    const experiment: Readonly<Record<string, unknown>> = completeExperiment(
      draftExperiment(options, 'a.json'),
    );
    for (const [name, value] of Object.entries(options)) {
      const key = referenceAliases[name] ?? name;
      if (key === 'imageSide') expect(experiment.image).toEqual({ channels: 1, side: value });
      else expect([key, experiment[key]]).toEqual([key, value]);
    }
  });

  test('no alias is left out of these', () => {
    const tried = new Set([...Object.keys(given), ...Object.keys(givenDeep), ...Object.keys(besides)]);
    expect(Object.keys(referenceAliases).filter((alias) => !tried.has(alias))).toEqual([]);
  });

  test('a key given both ways is refused', () => {
    expect(refusal(() => complete({ lr: 0.1, learningRate: 0.1 }))).toBe(
      'a.json: key "learningRate": got it twice (also as "lr"), allowed: one of the two',
    );
  });
});

describe('refusals name the file, the key, what was given and what is allowed', () => {
  test.each<[string, Record<string, unknown>, RegExp]>([
    ['a wrong type', { lr: 'fast' }, /key "lr": got "fast", allowed: a number above 0 and up to 1000000$/],
    ['a number too small', { m: 0 }, /key "m": got 0, allowed: a whole number from 1 to 10000$/],
    ['a fraction', { epochs: 1.5 }, /key "epochs": got 1.5, allowed: a whole number from 1/],
    ['a word of a list', { advInit: 'hlep' }, /key "advInit": got "hlep", allowed: "none", "adv" or "help"$/],
    ['a switch', { relu: 1 }, /key "relu": got 1, allowed: true or false$/],
    [
      'a union',
      { frameEvery: 'often' },
      /key "frameEvery": got "often", allowed: "auto" or a whole number from 1/,
    ],
    ['an entry of a list', { choices: [1, 'x'] }, /key "choices\[1\]": got "x", allowed: a list of 2 to 256/],
    ['n and multi', { n: 5, multi: 2 }, /key "n": got 5 and multi 2, allowed: one of the two$/],
    ['an unknown key', { lerningRate: 1 }, /key "lerningRate": unknown; did you mean "learningRate"\?$/],
    ['a distant key', { quaternion: 1 }, /key "quaternion": unknown; allowed: kind, d, m/],
    [
      'a key of another kind',
      { crossEntropy: true },
      /key "crossEntropy": got true, allowed: only in experiments of another kind than "two-layer"$/,
    ],
    ["an object's own words", { constructor: 1 }, /key "constructor": unknown/],
    ['a student without nodes', { m: 10, multi: 0.05 }, /key "multi": got 0.05, which makes n=0 at m=10/],
    ['a student too wide', { m: 1000, multi: 100 }, /key "multi": got 100, which makes n=100000 at m=1000/],
    ['repeated choices', { choices: [1, 1, 0] }, /key "choices": got 1 value\(s\) twice, allowed/],
    [
      'too few choices for the teacher nodes',
      { choices: [0, 1], d: 3, m: 8, c: 2 },
      /got 2 values, which make 7 different non-zero weight vectors over d=3, allowed: enough values for m=8/,
    ],
    [
      'too few choices for the outputs',
      { choices: [0, 1], d: 30, m: 3, c: 8 },
      /which make 7 different non-zero weight vectors over m=3, allowed: enough values for c=8/,
    ],
    [
      'theory data on a line without bias',
      { theoryData: true, d: 1, m: 2, c: 2, noBias: true },
      /key "theoryData": got true with d=1 and no bias/,
    ],
    [
      'too much memory',
      { trainSize: 1_000_000, d: 1000 },
      /key "trainSize": got 1000000, which makes the experiment need 8.0 GiB of memory, allowed: at most 2.0 GiB/,
    ],
    [
      'frames that no log holds',
      { m: 3000, n: 9000, d: 10, trainSize: 10, evalSize: 10, batchSize: 2 },
      /key "n": got 9000, which makes 27000000 correlations a frame, allowed: at most 25000000 pairs/,
    ],
    [
      'another kind',
      { kind: 'multilayer' },
      /key "kind": got "multilayer", allowed: "two-layer" or "multi-layer"$/,
    ],
  ])('%s', (_, options, pattern) => {
    const message = refusal(() => complete(options));
    expect(message).toMatch(/^a\.json: /);
    expect(message).toMatch(pattern);
    expect(message).not.toMatch(/\n/);
  });

  test('just enough choices are accepted', () => {
    expect(complete({ choices: [0, 1], d: 3, m: 7, c: 7 }).m).toBe(7);
    expect(complete({ theoryData: true, noBias: true, d: 2 }).theoryData).toBe(true);
    expect(complete({ choices: null, d: 1, m: 9, c: 9 }).teacherChoices).toBe(null);
  });

  test('options that are no object are refused', () => {
    expect(refusal(() => complete([1]))).toMatch(/^a\.json: key "experiment": got \[1\], allowed: an object/);
  });

  test('no value makes anything but a UserError of one line (500 random settings)', () => {
    const keys = fc.constantFrom(
      ...Object.keys(referenceAliases),
      ...Object.values(referenceAliases),
      'n',
      'd',
      'm',
      'multi',
      'frameEvery',
    );
    fc.assert(
      fc.property(fc.dictionary(keys, fc.jsonValue(), { maxKeys: 3 }), (options) => {
        let message = 'fine';
        try {
          expect(complete(options).n).toBeGreaterThanOrEqual(1);
        } catch (error) {
          if (!(error instanceof UserError)) throw error;
          message = error.message;
        }
        expect(message).not.toMatch(/\n|undefined|\[object/);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

describe('settings', () => {
  const draft = draftExperiment({ m: 4, multi: 3, c: 10, lr: 0.1 }, 'a.json');
  const set = (...settings: string[]) => twoLayer(completeExperiment(applySettings(draft, settings)));

  test('replace what the preset said, under either name', () => {
    expect(set('learningRate=0.2', 'adv_init=adv', 'choices=[-1, 1]', 'noBias=true')).toMatchObject({
      learningRate: 0.2,
      advInit: 'adv',
      teacherChoices: [-1, 1],
      noBias: true,
      m: 4,
    });
  });

  test('n takes back multi, and multi n', () => {
    expect(set('n=9').n).toBe(9);
    const withN = draftExperiment({ m: 4, n: 9 }, 'a.json');
    expect(twoLayer(completeExperiment(applySettings(withN, ['multi=2']))).n).toBe(8);
  });

  test.each([
    [['lr'], '--set: got "lr", allowed: key=value'],
    [['lr=fast'], '--set: key "lr": got "fast", allowed: a number above 0 and up to 1000000'],
    [['l=1'], /^--set: key "l": unknown; did you mean/],
    [['n=3', 'multi=2'], '--set: key "n": got 3 and multi 2, allowed: one of the two'],
    [['seed=1', 'seed=2'], /^--set: key "seed": got it twice/],
  ] as const)('%j is refused by the option that gave it', (settings, message) => {
    expect(refusal(() => set(...settings))).toMatch(message);
  });

  test('a fault of the preset is still blamed on the preset', () => {
    const faulty = draftExperiment({ epochs: 'many' }, 'a.json');
    expect(refusal(() => completeExperiment(applySettings(faulty, ['lr=1'])))).toMatch(
      /^a\.json: key "epochs"/,
    );
  });

  test('another option can give settings under its own name', () => {
    expect(refusal(() => completeExperiment(applySettings(draft, ['seed=-1'], '--seed')))).toMatch(
      /^--seed: key "seed": got -1, allowed: a whole number from 0 to 4294967295$/,
    );
  });
});

describe('a resolved experiment', () => {
  test('comes back from its JSON unchanged, whichever of n and multi made it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.oneof(
          fc.integer({ min: 1, max: 200 }).map((n) => ({ n })),
          fc.integer({ min: 1, max: 40 }).map((quarters) => ({ multi: 1 + quarters / 4 })),
        ),
        fc.boolean(),
        (m, width, theoryData) => {
          const experiment = resolveExperiment({ m, ...width, theoryData, teacherChoices: null }, 'a.json');
          expect(restoreExperiment(JSON.parse(JSON.stringify(experiment)), 'log')).toEqual(experiment);
        },
      ),
      { seed: 2 },
    );
  });

  test('that was not resolved is refused', () => {
    expect(refusal(() => restoreExperiment({ m: 3, n: 4 }, 'log'))).toMatch(/^log: key "experiment"/);
    expect(refusal(() => restoreExperiment({ m: 3, n: 4, multi: 'x' }, 'log'))).toMatch(
      /key "multi": got "x"/,
    );
  });
});

describe('frame cadence', () => {
  const sizes = fc.record({
    d: fc.integer({ min: 2, max: 200 }),
    m: fc.integer({ min: 2, max: 20 }),
    multi: fc.constantFrom(1, 2, 5, 10),
    trainSize: fc.integer({ min: 10, max: 20_000 }),
    evalSize: fc.integer({ min: 10, max: 20_000 }),
    batchSize: fc.integer({ min: 1, max: 64 }),
    stepsPerEpoch: fc.integer({ min: 1, max: 2000 }),
    epochs: fc.integer({ min: 1, max: 500 }),
    sgd: fc.boolean(),
  });

  test('auto divides epochs or is whole epochs, affordable, at most 2000 frames (200 random sizes)', () => {
    fc.assert(
      fc.property(sizes, (options: TwoLayerOptions) => {
        const experiment = resolveExperiment({ ...options, teacherChoices: null }, 'test');
        const every = resolveFrameEvery(experiment);
        const total = totalSteps(experiment);
        if (every === total) return;
        const { stepsPerEpoch, d, m, n, c, sgd, batchSize, trainSize, evalSize } = experiment;
        expect(stepsPerEpoch % every === 0 || every % stepsPerEpoch === 0).toBe(true);
        expect(total / every).toBeLessThanOrEqual(2000);
        const forward = (d + 1) * n + (n + 1) * c;
        const training = every * 3 * (sgd ? batchSize : trainSize) * forward;
        const evaluation = (trainSize + evalSize) * (forward + 2 * m * n);
        expect(evaluation / (evaluation + training)).toBeLessThanOrEqual(0.1 + 1e-12);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test.each<[string, TwoLayerOptions, number]>([
    ["the paper's size: five epochs", {}, 5000],
    ['small data sets: a divisor of the epoch', { trainSize: 500, evalSize: 500 }, 250],
    ['a long full-batch run: bounded by the number of frames', { sgd: false, epochs: 100 }, 50],
    ['a run shorter than the cadence: its last step', { epochs: 1, stepsPerEpoch: 100 }, 100],
    ['given: as given', { frameEvery: 7 }, 7],
  ])('%s', (_, options, expected) => {
    expect(resolveFrameEvery(resolveExperiment(options, 'test'))).toBe(expected);
  });
});

test('the learning rate halves at the start of epochs k, 2k, ... and never at 0', () => {
  const rates = (halvingPeriod: number) =>
    [0, 1, 2, 3, 4, 5].map((epoch) => learningRateInEpoch({ learningRate: 0.8, halvingPeriod }, epoch));
  expect(rates(2)).toEqual([0.8, 0.8, 0.4, 0.4, 0.2, 0.2]);
  expect(rates(0)).toEqual([0.8, 0.8, 0.8, 0.8, 0.8, 0.8]);
});
