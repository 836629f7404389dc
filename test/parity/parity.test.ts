import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runParity } from '../../src/commands/parity.js';
import type { EngineChoice } from '../../src/engine/create.js';
import { reportBackends } from '../../src/engine/tfjs/tfjs-backend.js';
import { readSafetensors, type Tensor } from '../../src/files/tensors/safetensors.js';
import { UserError } from '../../src/input/user-error.js';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'traces');
const oracle = { engine: 'naive', precision: 'float64', strict: false } as const;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-parity-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const runOn = async (choice: EngineChoice, ...paths: string[]) => {
  const lines: string[] = [];
  const code = await runParity(paths, choice, (line) => lines.push(line));
  return { code, lines, text: lines.join('\n') };
};

const run = (...paths: string[]) => runOn(oracle, ...paths);

type Json = Record<string, unknown>;
type TraceJson = { config: Json; epochs: Json[] } & Json;

const arrays = { F64: Float64Array, F32: Float32Array, I32: Int32Array } as const;

/** Writes tensors as the reference's files have them. */
const safetensors = (tensors: ReadonlyMap<string, Tensor>): Buffer => {
  const header: Json = {};
  const parts: Buffer[] = [];
  let end = 0;
  for (const [name, { dtype, shape, values }] of tensors) {
    const array =
      dtype === 'I64' ? BigInt64Array.from(values, BigInt) : new arrays[dtype as keyof typeof arrays](values);
    parts.push(Buffer.from(array.buffer));
    header[name] = { dtype, shape, data_offsets: [end, end + array.byteLength] };
    end += array.byteLength;
  }
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.byteLength));
  return Buffer.concat([length, text, ...parts]);
};

let copies = 0;
type Edit = { json?: (trace: TraceJson) => void; tensors?: (tensors: Map<string, Tensor>) => void };

/** A copy of a recorded trace with something changed. */
const mutated = (name: string, change: Edit): string => {
  const path = join(folder, `${name}-${copies++}`);
  cpSync(join(fixtures, name), path, { recursive: true });
  if (change.json) {
    const file = join(path, 'trace.json');
    const trace = JSON.parse(readFileSync(file, 'utf8'));
    change.json(trace);
    writeFileSync(file, JSON.stringify(trace));
  }
  if (change.tensors) {
    const file = join(path, 'tensors.safetensors');
    const tensors = new Map(readSafetensors(readFileSync(file), file));
    change.tensors(tensors);
    writeFileSync(file, safetensors(tensors));
  }
  return path;
};

const change = (name: string, edit: (values: Float64Array) => void) => (tensors: Map<string, Tensor>) => {
  const tensor = tensors.get(name);
  if (tensor === undefined) throw new Error(`no tensor ${name}`);
  const values = Float64Array.from(tensor.values);
  edit(values);
  tensors.set(name, { ...tensor, values });
};

describe('recorded trajectories', () => {
  let all: Awaited<ReturnType<typeof run>>;
  beforeAll(async () => {
    all = await run(fixtures);
  });

  /** What is told of one of them. */
  const traceOf = (name: string): string[] => {
    const from = all.lines.findIndex((line) => line.startsWith(`${name}: `));
    const rows = all.lines.slice(from + 1);
    return rows.slice(
      0,
      rows.findIndex((line) => !line.startsWith('  ')),
    );
  };

  test('all ten pass on the oracle, every metric of each', () => {
    const { code, lines, text } = all;
    expect(text).not.toMatch(/FAIL|unknown/);
    expect(lines.at(-1)).toBe('10 traces: 10 passed, 0 failed, 0 refused');
    expect(code).toBe(0);
    const metrics =
      'train_loss eval_loss grad_W1_norm grad_W2_norm covered_train covered_eval best_corr_train best_corr_eval ' +
      'corr_train corr_eval obs_train obs_eval g1_train g2_train ts_prod ss_prod W1 W2';
    for (const metric of metrics.split(' '))
      expect(lines.filter((line) => line.startsWith(`  PASS  ${metric} `))).toHaveLength(5);
    const deepMetrics = {
      train_corrs: 5,
      eval_corrs: 5,
      train_best_corr: 5,
      eval_best_corr: 5,
      train_mse_loss: 4,
      eval_mse_loss: 4,
      train_ce_loss_teacher: 1,
      eval_ce_loss_teacher: 1,
      train_top5_teacher: 1,
      eval_top5_teacher: 1,
      train_weight_grad_norms: 5,
      train_bias_grad_norms: 5,
      eval_Hs_ss: 1,
      eval_Hs_st: 1,
      eval_betas_ss: 1,
      eval_betas_st: 1,
      student: 5,
    };
    for (const [metric, traces] of Object.entries(deepMetrics))
      expect(lines.filter((line) => line.startsWith(`  PASS  ${metric} `))).toHaveLength(traces);
  });

  test('as JSON they have the outcome and every deviation of each, also where one is refused', async () => {
    const texts: string[] = [];
    const refused = mutated('sgd', { json: (trace) => Reflect.deleteProperty(trace, 'epochs') });
    const code = await runParity([join(fixtures, 'sgd'), refused], oracle, (text) => texts.push(text), true);
    const { traces, ...counts } = JSON.parse(texts.join('\n'));
    expect(counts).toEqual({ passed: 1, failed: 0, refused: 1 });
    expect(traces[0]).toMatchObject({ outcome: 'passed', name: 'sgd', engine: 'naive' });
    expect(traces[0].verdicts).toContainEqual(
      expect.objectContaining({ metric: 'train_loss', passed: true, deviation: expect.any(Number) }),
    );
    expect(traces[1]).toMatchObject({ outcome: 'refused', reason: expect.stringContaining('epochs') });
    expect(code).toBe(2);
  });

  test('gradient forms agree to rounding, gates of tuned teachers included', () => {
    const told = traceOf('multilayer-sgd');
    expect(told.length).toBeGreaterThan(10);
    expect(told.join('\n')).not.toMatch(/within rounding/);
  });

  test.each<EngineChoice>([
    { engine: 'wasm', precision: 'float64', strict: false },
    { engine: 'wasm', precision: 'float64', strict: true },
    { engine: 'wasm', precision: 'float32', strict: false },
  ])('all two-layer ones pass on the kernels, $precision, strict $strict', async (choice) => {
    const names = ['full-batch-normalized', 'regenerate-linear-top-fixed', 'sgd', 'theory-data-help'];
    // The long one where rounding has most to do with it.
    if (choice.precision === 'float32') names.push('long-recovery');
    const { code, lines, text } = await runOn(choice, ...names.map((name) => join(fixtures, name)));
    expect(text).not.toMatch(/FAIL|unknown/);
    expect(lines.at(-1)).toBe(`${names.length} traces: ${names.length} passed, 0 failed, 0 refused`);
    expect(code).toBe(0);
  });

  test('short ones of every kind pass on tfjs with native TensorFlow', async ({ skip }) => {
    const [{ reason }] = await reportBackends();
    skip(reason !== null, reason ?? undefined);
    const names = ['sgd', 'multilayer-adam-bn', 'multilayer-cnn', 'multilayer-cross-entropy'];
    const choice = { engine: 'tfjs', backend: 'tensorflow', precision: 'float32', strict: false } as const;
    const { code, lines, text } = await runOn(choice, ...names.map((name) => join(fixtures, name)));
    expect(text).toContain('on tfjs tensorflow float32');
    expect(lines.at(-1)).toBe(`${names.length} traces: ${names.length} passed, 0 failed, 0 refused`);
    expect(code).toBe(0);
  });

  test('deviate by rounding only on the oracle', () => {
    const deviations = [...traceOf('sgd'), ...traceOf('long-recovery')]
      .flatMap((line) => /PASS\s+\w+\s+(\S+e[+-]\d+)/.exec(line)?.[1] ?? [])
      .map(Number);
    expect(deviations).toHaveLength(36);
    expect(Math.max(...deviations)).toBeLessThan(1e-12);
  });

  test('integer and single-precision inputs in other types are read as well', async () => {
    const path = mutated('sgd', {
      tensors: (tensors) => {
        const indices = tensors.get('batch_indices');
        const loss = tensors.get('expected.0.g1_train');
        if (!indices || !loss) throw new Error('incomplete fixture');
        tensors.set('batch_indices', { ...indices, dtype: 'I64' });
        tensors.set('expected.0.g1_train', { ...loss, dtype: 'F32' });
      },
    });
    const { code, text } = await run(path);
    expect(text).toMatch(/PASS {2}g1_train/);
    expect(code).toBe(0);
  });

  test('a trace of 0 epochs checks the state before the first update', async () => {
    const path = mutated('sgd', {
      json: (trace) => {
        trace.config.num_epoch = 0;
        trace.epochs = trace.epochs.slice(0, 1);
      },
      tensors: (tensors) => {
        for (const name of [...tensors.keys()]) if (/^expected\.[1-9]/.test(name)) tensors.delete(name);
        tensors.set('batch_indices', { dtype: 'I32', shape: [0, 50, 16], values: new Float64Array() });
      },
    });
    const { code, lines } = await run(path);
    expect(lines[0]).toMatch(/: 0 epochs of 50 steps on naive plain float64$/);
    expect(code).toBe(0);
  });
});

describe('a student that is its teacher', () => {
  /** The teacher in the first columns, nodes without weights in the others; only the first loss is checked. */
  const converged = (loss: number): string =>
    mutated('sgd', {
      json: (trace) => {
        trace.config.num_epoch = 0;
        trace.epochs = [{ epoch: 0, train_loss: loss, grad_W2_norm: Math.sqrt(loss) }];
      },
      tensors: (tensors) => {
        for (const name of [...tensors.keys()]) if (name.startsWith('expected.')) tensors.delete(name);
        tensors.set('batch_indices', { dtype: 'I32', shape: [0, 50, 16], values: new Float64Array() });
        const [w1, w2] = [tensors.get('teacher.W1'), tensors.get('teacher.W2')];
        if (!w1 || !w2) throw new Error('incomplete fixture');
        change('student.W1', (values) => {
          values.fill(0);
          for (let i = 0; i < 13; i++) values.set(w1.values.subarray(5 * i, 5 * i + 5), 20 * i);
        })(tensors);
        change('student.W2', (values) => {
          values.fill(0);
          values.set(w2.values.subarray(0, 40));
          values.set(w2.values.subarray(40), 160);
        })(tensors);
      },
    });

  test('may differ by what rounding of the outputs explains, and no more', async () => {
    const within = await run(converged(1e-31));
    expect(within.text).toMatch(/PASS {2}train_loss +1\.0e\+0 .*within rounding of the outputs$/m);
    expect(within.code).toBe(0);
    const beyond = await run(converged(1e-25));
    expect(beyond.text).toMatch(/FAIL {2}train_loss +1\.0e\+0/);
    expect(beyond.text).toMatch(/FAIL {2}grad_W2_norm +1\.0e\+0/);
    expect(beyond.code).toBe(1);
  });
});

/** The first epoch only of a trace on full batches, under other settings. */
const short = (settings: Json): Edit => ({
  json: (trace) => {
    Object.assign(trace.config, { num_epoch: 1 }, settings);
    trace.epochs = trace.epochs.slice(0, 2);
  },
  tensors: (tensors) => {
    for (const name of [...tensors.keys()]) if (/^expected\.[2-9]/.test(name)) tensors.delete(name);
  },
});

test('a trace cut after its first epoch passes', async () => {
  expect((await run(mutated('full-batch-normalized', short({})))).code).toBe(0);
});

/** All of the changes at once. */
const together = (edits: readonly Edit[]): Edit => ({
  json: (trace) => {
    for (const { json } of edits) json?.(trace);
  },
  tensors: (tensors) => {
    for (const edit of edits) edit.tensors?.(tensors);
  },
});

/** Of each changed expectation: what it is, the metric that must fail by it, the change, what is told of it. */
type ChangedExpectation = [string, string, Edit, RegExp];

/** A run again does not depend on what is expected: one of a trace serves all changes of its expectations. */
const expectOnlyTheseToFail = (trace: string, changes: ChangedExpectation[]): void => {
  describe(`what is expected of ${trace}, changed`, () => {
    let text = '';
    beforeAll(async () => {
      const outcome = await run(mutated(trace, together(changes.map(([, , edit]) => edit))));
      expect(outcome.code).toBe(1);
      text = outcome.text;
    });

    test.each(changes)('%s fails %s', (_, metric, __, told) => {
      const line = text.split('\n').find((row) => row.startsWith(`  FAIL  ${metric} `));
      expect(line).toMatch(told);
    });

    test('fails nothing else', () => {
      const failed = [...text.matchAll(/^ {2}FAIL {2}(\S+)/gm)].map(([, metric]) => metric);
      expect(failed.sort()).toEqual(changes.map(([, metric]) => metric).sort());
    });
  });
};

const epoch = (trace: TraceJson, index: number): Json => trace.epochs[index];

expectOnlyTheseToFail('sgd', [
  [
    'a loss',
    'train_loss',
    { json: (trace) => Object.assign(epoch(trace, 3), { train_loss: 0.48295683 }) },
    /\S+ +1\.0e-9 +3/,
  ],
  [
    'one best correlation',
    'best_corr_eval',
    { json: (trace) => ((epoch(trace, 5).best_corr_eval as number[])[4] += 1e-7) },
    / 5$/,
  ],
  [
    'a list that is too short',
    'best_corr_train',
    { json: (trace) => (epoch(trace, 1).best_corr_train as number[]).pop() },
    /none .*shape \[4\] where ours is \[5\]/,
  ],
  [
    'a covered count',
    'covered_eval',
    { json: (trace) => Object.assign(epoch(trace, 4).covered_eval as Json, { 0.8: 3 }) },
    /\S+ +exact +4/,
  ],
  [
    'one observability count',
    'obs_train',
    { tensors: change('expected.2.obs_train', (values) => values.fill(values[7] + 1, 7, 8)) },
    /\S+ +exact +2/,
  ],
  [
    'the final student',
    'W2',
    { tensors: change('expected.5.W2', (values) => values.fill(values[0] + 1e-6, 0, 1)) },
    / 5$/,
  ],
  [
    'a NaN',
    'corr_eval',
    { tensors: change('expected.1.corr_eval', (values) => values.fill(Number.NaN, 0, 1)) },
    /none/,
  ],
  [
    'a transposed tensor',
    'corr_train',
    {
      tensors: (tensors) => {
        const tensor = tensors.get('expected.1.corr_train');
        if (tensor) tensors.set('expected.1.corr_train', { ...tensor, shape: [20, 5] });
      },
    },
    /none .*shape \[20, 5\] where ours is \[5, 20\]/,
  ],
  [
    'an unknown scalar',
    'novelty',
    { json: (trace) => Object.assign(epoch(trace, 2), { novelty: 1 }) },
    /unknown metric/,
  ],
  [
    'an unknown tensor',
    'corr_test',
    {
      tensors: (tensors) => {
        const tensor = tensors.get('expected.1.corr_eval');
        if (tensor) tensors.set('expected.1.corr_test', { ...tensor });
      },
    },
    /unknown metric/,
  ],
]);

expectOnlyTheseToFail('regenerate-linear-top-fixed', [
  [
    'one entry of a product',
    'ss_prod',
    { tensors: change('expected.3.ss_prod', (values) => values.fill(values[9] * (1 + 1e-6), 9, 10)) },
    / 3$/,
  ],
]);

describe('a trace of other inputs or settings fails', () => {
  test.each<[string, string, Edit, RegExp]>([
    ['a batch', 'sgd', { tensors: change('batch_indices', (values) => values.reverse()) }, /FAIL {2}W1/],
    [
      'the regenerated data',
      'regenerate-linear-top-fixed',
      { tensors: change('X_train.1', (values) => values.reverse()) },
      /FAIL {2}train_loss .* [23]$/m,
    ],
    ['the rate', 'sgd', { json: (trace) => (trace.config.lr = 0.0101) }, /FAIL {2}eval_loss .* 5$/m],
    ['the halving', 'theory-data-help', { json: (trace) => (trace.config.lr_reduction = 3) }, /FAIL {2}W1/],
    ['no_bias', 'full-batch-normalized', short({ no_bias: false }), /FAIL/],
    ['normalize', 'full-batch-normalized', short({ normalize: false }), /FAIL/],
    ['nonlinear', 'sgd', { json: (trace) => (trace.config.nonlinear = false) }, /FAIL/],
    ['feature_fixed', 'sgd', { json: (trace) => (trace.config.feature_fixed = true) }, /FAIL {2}W1/],
    ['top_layer_fixed', 'sgd', { json: (trace) => (trace.config.top_layer_fixed = true) }, /FAIL {2}W2/],
    [
      'the batch order',
      'multilayer-momentum-leaky',
      { tensors: change('batch_order', (values) => values.subarray(0, 32).reverse()) },
      /FAIL {2}train_corrs/,
    ],
  ])('%s of %s', async (_, name, mutation, pattern) => {
    const { code, text } = await run(mutated(name, mutation));
    expect(text).toMatch(pattern);
    expect(code).toBe(1);
  });
});

describe('an unusable trace is refused in one line that names the file', () => {
  const withEntry = (name: string, edit: (entry: Json) => void) => (path: string) => {
    const file = join(path, 'tensors.safetensors');
    const bytes = readFileSync(file);
    const length = Number(bytes.readBigUInt64LE());
    const header = JSON.parse(bytes.subarray(8, 8 + length).toString());
    edit(name === '' ? header : header[name]);
    const text = Buffer.from(JSON.stringify(header));
    const size = Buffer.alloc(8);
    size.writeBigUInt64LE(BigInt(text.byteLength));
    writeFileSync(file, Buffer.concat([size, text, bytes.subarray(8 + length)]));
  };
  const truncated = (bytes: number) => (path: string) => {
    const file = join(path, 'tensors.safetensors');
    writeFileSync(file, readFileSync(file).subarray(0, bytes));
  };
  const json = (edit: (trace: TraceJson) => void) => (path: string) => {
    const file = join(path, 'trace.json');
    const trace = JSON.parse(readFileSync(file, 'utf8'));
    edit(trace);
    writeFileSync(file, JSON.stringify(trace));
  };

  test.each<[string, (path: string) => void, RegExp]>([
    [
      'a cut file',
      truncated(90_000),
      /tensor "\S+": got data_offsets .*, allowed: within \d+ bytes of data$/,
    ],
    ['a file without header', truncated(5), /tensors\.safetensors: not a safetensors file: it has 5 bytes/],
    ['a cut header', truncated(100), /its header has \d+ bytes, allowed: at most 92$/],
    [
      'an unknown type',
      withEntry('X_train', (entry) => (entry.dtype = 'F8_E4M3')),
      /tensor "X_train": got dtype .*allowed: a dtype of F64/,
    ],
    [
      'a size that does not fit',
      withEntry('X_train', (entry) => (entry.shape = [301, 12])),
      /tensor "X_train": got 28800 bytes, allowed: 28896 for F64 of shape \[301, 12\]$/,
    ],
    [
      'a negative offset',
      withEntry('X_eval', (entry) => (entry.data_offsets = [-8, 0])),
      /tensor "X_eval": got data_offsets/,
    ],
    [
      'a name that could steer the terminal',
      withEntry('', (header) => (header['\u001b[2J'] = header.X_eval)),
      /tensor name "\\u001b\[2J"/,
    ],
    [
      'a missing tensor',
      withEntry('', (header) => delete header['student.W1']),
      /tensor "student\.W1": got none, allowed: one$/,
    ],
    [
      'layers that do not fit together',
      withEntry('student.W2', (entry) => (entry.shape = [8, 21])),
      /tensor "student\.W2": got shape \[8, 21\], allowed: \[21, 8\]$/,
    ],
    [
      'batches of another length',
      withEntry('batch_indices', (entry) => (entry.shape = [50, 5, 16])),
      /tensor "batch_indices": got shape \[50, 5, 16\], allowed: \[5, 50, batch size\]$/,
    ],
    [
      'another kind',
      json((trace) => (trace.kind = 'three-layer')),
      /key "kind": got "three-layer", allowed: "two-layer" or "multilayer"$/,
    ],
    ['another dtype', json((trace) => (trace.dtype = 'half')), /key "dtype": got "half", allowed: "float64"/],
    [
      'a wrong option',
      json((trace) => (trace.config.use_sgd = 'yes')),
      /trace\.json: key "config\.use_sgd": got "yes", allowed: true or false$/,
    ],
    [
      'a wrong metric',
      json((trace) => Object.assign(trace.epochs[1], { eval_loss: 'low' })),
      /key "epochs\.1\.eval_loss": got "low", allowed: /,
    ],
    [
      'an epoch beyond the run',
      json((trace) => (trace.config.num_epoch = 4)),
      /batch_indices|epochs from 0 to 4/,
    ],
    ['no expectation of a later epoch', json((trace) => (trace.epochs[5].epoch = 7)), /epochs from 0 to 5$/],
  ])('%s', async (_, damage, pattern) => {
    const path = mutated('sgd', {});
    damage(path);
    const { code, lines } = await run(path);
    expect(lines).toHaveLength(2);
    expect(lines[0].startsWith(path)).toBe(true);
    expect(lines[0]).toMatch(pattern);
    expect(lines[1]).toBe('1 trace: 0 passed, 0 failed, 1 refused');
    expect(code).toBe(2);
  });

  test('indices outside the training set', async () => {
    const path = mutated('sgd', { tensors: change('batch_indices', (values) => values.fill(300, 17, 18)) });
    expect((await run(path)).lines[0]).toMatch(
      /tensor "batch_indices": got 300, allowed: rows from 0 to 299$/,
    );
  });

  test('broken JSON, with its line and column', async () => {
    const path = mutated('sgd', {});
    writeFileSync(join(path, 'trace.json'), '{"kind": "two-layer",\n "dtype": }');
    expect((await run(path)).lines[0]).toMatch(/trace\.json: broken JSON at line 2, column 11$/);
  });

  test('the other traces still run, and a failure outweighs a refusal', async () => {
    const refused = mutated('sgd', { json: (trace) => (trace.kind = 'three-layer') });
    const failing = mutated('sgd', { json: (trace) => (trace.config.lr = 1) });
    const mixed = await run(refused, join(fixtures, 'sgd'), failing);
    expect(mixed.lines.at(-1)).toBe('3 traces: 1 passed, 1 failed, 1 refused');
    expect(mixed.code).toBe(1);
  });

  test('a path without any trace', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(run(empty)).rejects.toThrow(UserError);
    await expect(run(join(folder, 'nowhere'))).rejects.toThrow(/nowhere: no such trace$/);
  });
});

expectOnlyTheseToFail('multilayer-sgd', [
  [
    'a loss',
    'train_mse_loss',
    { json: (trace) => Object.assign(epoch(trace, 2), { train_mse_loss: 0.9 }) },
    / 2$/,
  ],
  [
    'a gradient form',
    'eval_betas_ss',
    { tensors: change('expected.3.eval_betas_ss.0', (values) => values.fill(values[5] + 1e-6, 5, 6)) },
    / 3$/,
  ],
]);

expectOnlyTheseToFail('multilayer-adam-bn', [
  [
    'a best match of an upper layer',
    'eval_best_corr',
    { json: (trace) => ((epoch(trace, 3).eval_best_corr as number[][])[2][1] += 1e-6) },
    / 3$/,
  ],
  [
    "the final student's running variance",
    'student',
    {
      tensors: change('expected.final.student.ws_bn.1.running_var', (values) =>
        values.fill(values[0] * (1 + 1e-6), 0, 1),
      ),
    },
    / 4$/,
  ],
]);

expectOnlyTheseToFail('multilayer-cross-entropy', [
  [
    'an agreement',
    'eval_top5_teacher',
    { json: (trace) => ((epoch(trace, 4).eval_top5_teacher as number[])[0] += 2) },
    / 4$/,
  ],
  [
    'a gradient norm',
    'train_bias_grad_norms',
    { json: (trace) => ((epoch(trace, 1).train_bias_grad_norms as number[])[1] *= 1 + 1e-6) },
    / 1$/,
  ],
]);

expectOnlyTheseToFail('multilayer-cnn', [
  [
    'a correlation of an epoch of training',
    'train_corrs',
    { tensors: change('expected.2.train_corrs.1', (values) => values.fill(values[3] + 1e-6, 3, 4)) },
    / 2$/,
  ],
]);

describe('multi-layer traces', () => {
  test('learning rates in another notation pass', async () => {
    const rates = mutated('multilayer-sgd', { json: ({ config }) => (config.lr = '0-0.2-2-0.1') });
    expect((await run(rates)).code).toBe(0);
  });

  test.each<[string, Edit, RegExp]>([
    [
      'no rate',
      { json: ({ config }) => (config.lr = 'fast') },
      /key "config\.lr": got "fast", allowed: a rate/,
    ],
    [
      'a rate from a later epoch only',
      { json: ({ config }) => (config.lr = '{1:0.2}') },
      /key "config\.lr": got "{1:0\.2}", allowed: .* from epoch 0 on$/,
    ],
    [
      'an optimizer that it does not have',
      { json: ({ config }) => (config.optim_method = 'rmsprop') },
      /key "config\.optim_method": got "rmsprop", allowed: "sgd" or "adam"$/,
    ],
    [
      'an index outside the training set',
      { tensors: change('batch_order', (values) => values.fill(256, 9, 10)) },
      /tensor "batch_order": got 256, allowed: rows from 0 to 255$/,
    ],
    [
      'layers that do not fit together',
      {
        tensors: (tensors) => {
          const first = tensors.get('student.ws_linear.0.weight');
          if (first) tensors.set('student.ws_linear.1.weight', first);
        },
      },
      /tensor "student\.ws_linear\.1\.weight": got shape \[15, 8\], allowed: \[any, 15 in all\]$/,
    ],
    [
      'a bias too many',
      {
        tensors: (tensors) => {
          const bias = tensors.get('student.ws_linear.1.bias');
          if (bias) tensors.set('student.ws_linear.0.bias', bias);
        },
      },
      /tensor "student\.ws_linear\.0\.bias": got shape \[18\], allowed: \[15\]$/,
    ],
    [
      'a student of fewer layers',
      { tensors: (tensors) => tensors.delete('student.ws_linear.2.weight') },
      /student\.final_w\.weight": got shape \[12, 21\]/,
    ],
  ])('%s is refused', async (_, edit, pattern) => {
    const { code, lines } = await run(mutated('multilayer-sgd', edit));
    expect(lines[0]).toMatch(pattern);
    expect(lines).toHaveLength(2);
    expect(code).toBe(2);
  });
});
