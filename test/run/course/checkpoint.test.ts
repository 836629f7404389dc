import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveExperiment } from '../../../src/experiment/draft.js';
import type { Experiment } from '../../../src/experiment/experiment.js';
import { networkTensors, readNetworkLike } from '../../../src/files/tensors/network-tensors.js';
import { readSafetensors, readSafetensorsMetadata } from '../../../src/files/tensors/safetensors.js';
import { encodeSafetensors } from '../../../src/files/tensors/safetensors-writer.js';
import { TensorTable } from '../../../src/files/tensors/tensor-table.js';
import { UserError } from '../../../src/input/user-error.js';
import { CheckpointStore, checkpointFolderName, listCheckpoints } from '../../../src/log/checkpoint-store.js';
import { everyArray } from '../../../src/net/network.js';
import { prepareRun } from '../../../src/problem/prepare.js';
import { decodeCheckpoint, encodeCheckpoint } from '../../../src/run/course/checkpoint-file.js';
import { resume } from '../../../src/run/replay/resume.js';
import { stackedLayers } from '../../support/problems.js';
import { recordRun, trainTo } from '../../support/small-run.js';

const seed = 1909;

describe('a safetensors file', () => {
  const tensor = fc
    .record({
      dtype: fc.constantFrom('F32' as const, 'F64' as const),
      values: fc.array(fc.float({ noNaN: true }), { maxLength: 40 }),
    })
    .map(({ dtype, values }) => ({ dtype, shape: [values.length], values: Float64Array.from(values) }));

  test(`reads back as what was written (seed ${seed})`, () => {
    fc.assert(
      fc.property(fc.array(tensor, { maxLength: 6 }), fc.string(), (tensors, note) => {
        const named = tensors.map((one, at) => ({ ...one, name: `layer.${at}` }));
        const file = encodeSafetensors(named, { note });
        const read = readSafetensors(file, 'a file');
        expect([...read.keys()]).toEqual(named.map(({ name }) => name));
        for (const { name, shape, dtype, values } of named)
          expect(read.get(name)).toEqual({ dtype, shape, values });
        expect(readSafetensorsMetadata(file, 'a file')).toEqual({ note });
      }),
      { seed },
    );
  });

  const sizes = { trainSize: 40, evalSize: 40, c: 2 };
  const experiments: readonly (readonly [string, Experiment])[] = [
    ['two layers', resolveExperiment({ ...sizes, d: 4, m: 3, multi: 2 }, 'test')],
    [
      'dense layers with batch norm',
      resolveExperiment({ ...sizes, kind: 'multi-layer', d: 4, hidden: [3, 4], batchNorm: true }, 'test'),
    ],
    [
      'convolutions',
      resolveExperiment(
        { ...sizes, kind: 'multi-layer', hidden: [3, 4], imageSide: 8, convolutional: true },
        'test',
      ),
    ],
  ];

  test.each(experiments)('holds a network of %s under the names of PyTorch', (_, experiment) => {
    const { problem } = prepareRun(experiment);
    const { student } = problem;
    const tensors = networkTensors(student, 'student.');
    expect(tensors.map(({ name }) => name)).toContain('student.ws_linear.0.weight');
    expect(tensors.map(({ name }) => name)).toContain('student.final_w.bias');
    const file = encodeSafetensors(
      tensors.map((one) => ({ ...one, dtype: 'F64' as const })),
      {},
    );
    const read = readNetworkLike(
      new TensorTable(readSafetensors(file, 'a file'), 'a file'),
      'student.',
      student,
    );
    expect(everyArray(read)).toEqual(everyArray(student));
  });

  test("a node's weights are a row of the first layer and a column of the last, as torch.nn.Linear has them", () => {
    const { student } = recordRun();
    const [weight, bias, last] = networkTensors(student, '');
    expect([weight.shape, bias.shape, last.shape]).toEqual([[15, 8], [15], [4, 15]]);
    const { w1, w2 } = stackedLayers(student);
    expect(weight.values[3 * 8 + 2]).toBe(w1.data[2 * 15 + 3]);
    expect(bias.values[3]).toBe(w1.data[8 * 15 + 3]);
    expect(last.values[1 * 15 + 3]).toBe(w2.data[3 * 4 + 1]);
  });
});

describe('a checkpoint', () => {
  const taken = () => {
    const { run, student, teacher } = recordRun({ regenerateData: true });
    trainTo(run, 30);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.3 } });
    trainTo(run, 50);
    run.handle({ type: 'rewind', step: 40 });
    return { checkpoint: run.checkpoint(), student, teacher };
  };

  test('reads back whole', () => {
    const { checkpoint, student, teacher } = taken();
    expect(decodeCheckpoint(encodeCheckpoint(checkpoint, teacher, 'float64'), 'a file', student)).toEqual(
      checkpoint,
    );
  });

  test('of another network, or a file that is none, is one sentence', () => {
    const { checkpoint, teacher } = taken();
    const file = encodeCheckpoint(checkpoint, teacher, 'float64');
    const other = recordRun({ multi: 2 }).student;
    expect(() => decodeCheckpoint(file, 'x.safetensors', other)).toThrow(
      /^x.safetensors: tensor "student.ws_linear.0.weight": got shape \[15, 8\], allowed: \[10, 8\]$/,
    );
    expect(() => decodeCheckpoint(encodeSafetensors([], {}), 'x.safetensors', other)).toThrow(
      /not a checkpoint/,
    );
  });

  test(`that is cut or changed anywhere reads back or is refused in a sentence (seed ${seed})`, () => {
    const { checkpoint, student, teacher } = taken();
    const file = encodeCheckpoint(checkpoint, teacher, 'float64');
    const damage = fc.record({ at: fc.nat(file.length - 1), byte: fc.nat(255), length: fc.nat(file.length) });
    fc.assert(
      fc.property(damage, fc.boolean(), ({ at, byte, length }, cut) => {
        const damaged = cut ? file.slice(0, length) : Uint8Array.from(file);
        if (!cut) damaged[at] = byte;
        try {
          decodeCheckpoint(damaged, 'x.safetensors', student);
        } catch (error) {
          expect(error).toBeInstanceOf(UserError);
        }
      }),
      { seed, numRuns: 300 },
    );
  });
});

describe('a run that goes on from its checkpoints', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'teachtop-resumed-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const path = (line: number): string => join(folder, `step-0-line-${line}.safetensors`);

  /** A run of 40 steps with checkpoints at 20 and 30, and one that goes on in its place. */
  const goOn = (damage: (file: string) => void) => {
    const { run, messages, teacher } = recordRun();
    const checkpoints = [20, 30].map((step) => {
      trainTo(run, step);
      writeFileSync(path(step), encodeCheckpoint(run.checkpoint(), teacher, 'float64'));
      const frame = messages.findLast((message) => message.type === 'frame') ?? null;
      return { path: path(step), line: messages.length, frame };
    });
    trainTo(run, 40);
    damage(path(30));
    const lines = messages
      .map((line, at) => ({ line, number: at + 1 }))
      .flatMap(({ line, number }) => (line.type === 'frame' ? [{ line, number }] : []));
    const resumed = recordRun({}, { followsLog: true });
    const resumption = { checkpoints: checkpoints.toReversed(), lines, reports: [], olderKernels: null };
    const { notes } = resume(resumed.run, resumption, []);
    expect(resumed.run.stateHash).toBe(run.stateHash);
    return notes;
  };

  test('takes the latest', () => {
    expect(goOn(() => {})).toEqual([]);
  });

  test.each([
    ['cut', (file: string) => truncateSync(file, 1000), /not a safetensors file/],
    ['gone', (file: string) => rmSync(file), /got no plain file/],
    [
      'a link',
      (file: string) => {
        rmSync(file);
        symlinkSync('/dev/zero', file);
      },
      /got no plain file/,
    ],
    [
      'changed in a bit',
      (file: string) => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 3] ^= 4;
        writeFileSync(file, bytes);
      },
      /damaged: its bytes are not those that were written/,
    ],
    [
      'of another past',
      (file: string) => copyFileSync(path(20), file),
      /got weights that the log does not have/,
    ],
  ])('passes over one that is %s', (_, damage, reason) => {
    expect(goOn(damage)).toEqual([expect.stringMatching(reason)]);
  });

  test('goes on from its seed where none is sound', () => {
    const notes = goOn(() => {
      truncateSync(path(20), 0);
      truncateSync(path(30), 0);
    });
    expect(notes.length).toBe(2);
  });
});

describe('the checkpoints of a run', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'teachtop-checkpoints-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('are the latest ones, whole, and nothing else', async () => {
    const failures: string[] = [];
    const store = new CheckpointStore(folder, (reason) => failures.push(reason));
    for (let k = 1; k <= 9; k++) {
      store.save(100 * k, 10 * k, Uint8Array.of(k));
      await store.close();
    }
    expect(listCheckpoints(folder).map(({ step, line }) => [step, line])).toEqual([
      [600, 60],
      [700, 70],
      [800, 80],
      [900, 90],
    ]);
    expect(readdirSync(join(folder, checkpointFolderName)).length).toBe(4);
    expect(failures).toEqual([]);
  });

  test('that cannot be written are told once, and leave nothing behind', async () => {
    writeFileSync(join(folder, checkpointFolderName), 'in the way');
    const failures: string[] = [];
    const store = new CheckpointStore(folder, (reason) => failures.push(reason));
    for (const step of [1, 2, 3]) {
      store.save(step, step, Uint8Array.of(1));
      await store.close();
    }
    expect(failures).toEqual(['a part of its path is not a folder']);
    expect(listCheckpoints(folder)).toEqual([]);
  });

  test('others in their folder are passed over', () => {
    mkdirSync(join(folder, checkpointFolderName));
    for (const name of ['step-1-line-2.safetensors.part', 'notes.txt', 'step-x-line-2.safetensors'])
      writeFileSync(join(folder, checkpointFolderName, name), '');
    expect(listCheckpoints(folder)).toEqual([]);
  });
});
