import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { longCsv } from '../../src/export/csv.js';
import { checkSeal } from '../../src/files/index.js';
import { isUserError } from '../../src/input/index.js';
import { LogIndex, logFileName, readLog, readStoppedLog } from '../../src/log/index.js';
import { runHere } from '../support/program-here.js';
import { randomNumbers, scale, tell } from './scale.js';

const random = randomNumbers(scale.seed);
const args = 'quick-start --headless --epochs 4 --set frameEvery=2000 --set d=4 --set m=2 --set c=2'.split(
  ' ',
);
const small = '--set trainSize=50 --set evalSize=20'.split(' ');

let home: string;
/** A run that was killed before its end: its folder, log and newest checkpoint. */
let run: { folder: string; log: Buffer; checkpoint: string; bytes: Buffer };
let sound: ReadonlyMap<number, string | undefined>;

const framesOf = async (folder: string) => {
  const { lines } = await readLog(folder);
  return new Map(lines.flatMap((line) => (line.type === 'frame' ? [[line.step, line.stateHash]] : [])));
};

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-flips-'));
  const runs = join(home, 'runs');
  await runHere(home, [...args, ...small, '--log', runs]);
  const folder = join(runs, readdirSync(runs)[0]);
  sound = await framesOf(folder);
  const checkpoint = join(folder, 'checkpoints', readdirSync(join(folder, 'checkpoints'))[0]);
  const log = readFileSync(join(folder, logFileName), 'utf8').replace(/[^\n]*"done"[^\n]*\n$/, '');
  run = { folder, log: Buffer.from(log), checkpoint, bytes: readFileSync(checkpoint) };
});
afterAll(() => rmSync(home, { recursive: true }));

/** One byte of a file with one of its bits the other way round. */
const flipped = (bytes: Buffer, at: number): Buffer => {
  const changed = Buffer.from(bytes);
  changed[at] ^= 1 << Math.floor(8 * random());
  return changed;
};

/** So many places of a file, evenly; all of them where it has no more. */
const placesIn = ({ length }: Buffer, most: number): number[] => {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, index) => Math.floor((index * length) / count));
};

/** What a reader makes of a file; a UserError's line where it refuses it. */
const tried = async <T>(read: () => Promise<T>): Promise<T | string> => {
  try {
    return await read();
  } catch (error) {
    if (!isUserError(error)) throw error;
    expect(error.message).not.toMatch(/\n/);
    return error.message;
  }
};

test(`a log with any one bit changed has its other lines, or is refused in one line, seed ${scale.seed}`, async () => {
  const file = join(mkdtempSync(join(home, 'log-')), logFileName);
  const lines = run.log.toString().trimEnd().split('\n').length;
  const headerBytes = run.log.indexOf('\n');
  const places = placesIn(run.log, scale.flips);
  let refused = 0;
  for (const at of places) {
    writeFileSync(file, flipped(run.log, at));
    const rows = await tried(async () => {
      const index = await LogIndex.readWhole(file);
      try {
        // A line feed that is lost joins two lines, neither of which is sound then; a header of another network fits none.
        const missing = lines - index.lines.length - 1;
        expect([at, missing <= 2 || at < headerBytes]).toEqual([at, true]);
        expect([at, missing > 0 && index.notes.length + index.tornBytes === 0]).toEqual([at, false]);
        return [...longCsv(index)].length;
      } finally {
        index.close();
      }
    });
    if (typeof rows === 'string') refused++;
    await tried(() => readStoppedLog(file));
  }
  tell(
    `one bit of a log changed: ${places.length} places, ${refused} logs refused in one line, the others read`,
  );
});

test(`any one bit changed in a checkpoint is noticed, and the run goes on without it, seed ${scale.seed}`, async () => {
  const places = placesIn(run.bytes, scale.flips);
  let unsealed = 0;
  for (const at of places) {
    // Where the checksum's own name is hit there is none: such a file is held to the log alone.
    const seal = await tried(async () => checkSeal(flipped(run.bytes, at), 'checkpoint'));
    expect([at, seal]).not.toEqual([at, true]);
    if (seal === false) unsealed++;
  }
  const resumed = placesIn(run.bytes, Math.min(40, Math.ceil(scale.flips / 30)));
  for (const at of resumed) {
    writeFileSync(join(run.folder, logFileName), run.log);
    writeFileSync(run.checkpoint, flipped(run.bytes, at));
    const { code, errors } = await runHere(home, ['--headless', '--resume', run.folder]);
    expect([at, code, errors]).toEqual([at, 0, '']);
    expect([at, await framesOf(run.folder)]).toEqual([at, sound]);
  }
  tell(
    `one bit of a checkpoint changed: ${places.length} places, all noticed (${unsealed} hit the checksum's name), ${resumed.length} runs gone on with to the same frames`,
  );
});
