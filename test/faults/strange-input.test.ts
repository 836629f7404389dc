import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Settings } from '../../src/commands/host/settings.js';
import { completeExperiment } from '../../src/experiment/draft.js';
import { loadPreset } from '../../src/experiment/preset.js';
import { loadCifar10 } from '../../src/files/datasets/cifar.js';
import { readIdxImages } from '../../src/files/datasets/idx.js';
import { readSafetensors } from '../../src/files/tensors/safetensors.js';
import { UserError } from '../../src/input/user-error.js';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import { readTrace } from '../../src/parity/traces/read-trace.js';
import { expandSweep } from '../../src/sweep/expand.js';
import { loadSweep } from '../../src/sweep/sweep-file.js';
import { patienceMs } from '../support/patience.js';
import { syntheticMessages } from '../support/synthetic-run.js';
import { projectFolder } from '../support/terminal-program.js';
import { mutatedBytes, mutatedJson, mutatedLines } from './mutations.js';
import { scale, tell } from './scale.js';

const presets = join(projectFolder, 'presets');
const traces = join(import.meta.dirname, '..', 'fixtures', 'traces');
const traceFolder = join(traces, 'full-batch-normalized');

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-strange-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const jsonIn = (parent: string): string[] =>
  readdirSync(parent)
    .filter((name) => name.endsWith('.json'))
    .map((name) => readFileSync(join(parent, name), 'utf8'));

const idxSeed = (): Buffer => {
  const file = Buffer.alloc(16 + 2 * 5 * 4, 9);
  [0x803, 2, 5, 4].forEach((value, at) => {
    file.writeUInt32BE(value, 4 * at);
  });
  return file;
};

/** A batch in form but for its length: what a broken download leaves. */
const cifarSeed = (): Buffer => Buffer.alloc(3 * 3073, 7);

const logLines = (): string[] =>
  syntheticMessages({ until: 8 }).flatMap((message) => {
    if (message.type === 'frame') return [logLine({ ...message, stateHash: '0'.repeat(16) }).trimEnd()];
    return message.type === 'header' || message.type === 'event' ? [logLine(message).trimEnd()] : [];
  });

const written = (name: string, bytes: Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};

type Reader = {
  readonly name: string;
  readonly inputs: () => fc.Arbitrary<Buffer>;
  readonly read: (bytes: Buffer) => unknown;
};

const readers: readonly Reader[] = [
  {
    name: 'preset',
    inputs: () => mutatedJson(jsonIn(presets)),
    read: (bytes) => completeExperiment(loadPreset(written('preset.json', bytes)).draft),
  },
  {
    name: 'sweep',
    inputs: () => mutatedJson(jsonIn(join(presets, 'sweeps')).filter((text) => text.length < 1500)),
    read: (bytes) => expandSweep(loadSweep(written('sweep.json', bytes))),
  },
  {
    name: 'settings',
    inputs: () =>
      mutatedJson([
        '{"theme":"light","drawing":"ascii","threshold":0.9,"framesPerSecond":5,"lastPreset":"quick-start"}',
        '{"palette":"mono","mouse":true,"logFolder":null,"keys":{"pause":["space","G"],"quit":"Q"}}',
      ]),
    read: async (bytes) => {
      const own = join(folder, 'settings');
      rmSync(own, { recursive: true, force: true });
      mkdirSync(own);
      writeFileSync(join(own, 'settings.json'), bytes);
      const warnings: string[] = [];
      await Settings.open(own, (line) => warnings.push(line));
      if (warnings.length > 0) throw new UserError(warnings.join('; '));
    },
  },
  {
    name: 'frame log',
    inputs: () => mutatedLines(logLines()),
    read: (bytes) => readLog(written(logFileName, bytes)),
  },
  {
    name: 'safetensors',
    inputs: () => mutatedBytes([readFileSync(join(traceFolder, 'tensors.safetensors'))]),
    read: (bytes) => readSafetensors(bytes, 'strange.safetensors'),
  },
  {
    name: 'IDX',
    inputs: () => mutatedBytes([idxSeed()]),
    read: (bytes) => readIdxImages(written('idx', bytes)),
  },
  {
    name: 'CIFAR-10',
    inputs: () => mutatedBytes([cifarSeed()]),
    read: (bytes) => {
      const own = join(folder, 'cifar');
      mkdirSync(own, { recursive: true });
      for (const name of ['data_batch_1.bin', 'test_batch.bin']) writeFileSync(join(own, name), bytes);
      return loadCifar10(own, { trainSize: 2, evalSize: 2, classes: 10 });
    },
  },
  {
    name: 'trace',
    inputs: () => mutatedJson([readFileSync(join(traceFolder, 'trace.json'), 'utf8')]),
    read: (bytes) => {
      written('trace.json', bytes);
      written('tensors.safetensors', readFileSync(join(traceFolder, 'tensors.safetensors')));
      return readTrace(folder);
    },
  },
];

const mostBytes = 200 * 1024 ** 2;
const inputsEach = Math.ceil(scale.inputs / readers.length);

test.each(readers)(
  `the $name reader takes or refuses ${inputsEach} strange inputs, fast-check seed ${scale.seed}`,
  async ({ name, inputs, read }) => {
    let [taken, refused, slowestMs, largestBytes] = [0, 0, 0, 0];
    const attempt = async (bytes: Buffer): Promise<void> => {
      const [from, before] = [performance.now(), process.memoryUsage.rss()];
      try {
        await read(bytes);
        taken++;
      } catch (error) {
        if (!(error instanceof UserError)) throw error;
        expect(error.message).not.toMatch(/\p{Cc}/u);
        refused++;
      }
      slowestMs = Math.max(slowestMs, performance.now() - from);
      largestBytes = Math.max(largestBytes, process.memoryUsage.rss() - before);
    };
    await fc.assert(fc.asyncProperty(inputs(), attempt), { seed: scale.seed, numRuns: inputsEach });
    expect(largestBytes).toBeLessThan(mostBytes);
    tell(
      `strange input: ${name}: ${taken + refused} inputs, ${taken} taken, ${refused} refused in one line, ` +
        `slowest ${slowestMs.toFixed(0)} ms, most memory ${(largestBytes / 1024 ** 2).toFixed(0)} MB`,
    );
  },
  patienceMs * 4,
);

test('a grid of more cells than memory holds is refused before they are made', () => {
  const values = Array.from({ length: 100 }, (_, at) => at + 1);
  const grid = Object.fromEntries(
    ['m', 'multi', 'd', 'c', 'epochs', 'trainSize'].map((key) => [key, values]),
  );
  const sweep = { title: 'x', shows: 'x', grid, seeds: { count: 1 } };
  const path = written('sweep.json', Buffer.from(JSON.stringify(sweep)));
  expect(() => expandSweep(loadSweep(path))).toThrow(
    /got 1000000000000 cells of 1 seeds, allowed: 100000 runs/,
  );
});
