import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { readUserJson } from '../experiment/json-file.js';
import { UserError } from '../experiment/user-error.js';
import { parseSweepFile, type Sweep, type SweepFile } from './sweep-file.js';

const manifestName = 'sweep.json';
const lockName = 'sweep.lock';
const largestManifestBytes = 2 * 1024 ** 2;

const manifestSchema = z.object({
  type: z.literal('sweep'),
  formatVersion: z.literal(1),
  program: z.string().max(200),
  name: z.string().max(300),
  sweep: z.unknown(),
});

/** What a sweep's folder says of the sweep that it holds. */
export type Manifest = { readonly name: string; readonly program: string; readonly file: SweepFile };

/** The manifest of a sweep's folder. Errors: UserError naming the file. */
export const readManifest = (folder: string): Manifest => {
  const path = join(folder, manifestName);
  const parsed = manifestSchema.safeParse(readUserJson(path, largestManifestBytes));
  if (!parsed.success) throw new UserError(`${path}: not the manifest of a sweep`);
  const { name, program, sweep } = parsed.data;
  return { name: name.replace(/\p{C}/gu, '\u{fffd}'), program, file: parseSweepFile(sweep, path) };
};

/** Whether a folder holds a sweep. */
export const holdsSweep = (folder: string): boolean => existsSync(join(folder, manifestName));

/** Writes a file that must not be there yet; false when it is. */
const writeNew = (path: string, content: string): boolean => {
  try {
    const file = openSync(path, 'wx');
    writeSync(file, content);
    closeSync(file);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${path}: cannot be written (${reason})`);
  }
};

const isAlive = (process_: number): boolean => {
  try {
    process.kill(process_, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
};

const holderSchema = z.object({ process: z.int().min(1), host: z.string().max(300) });

/** Who holds a lock; null when it cannot be read, as when it is being written or was torn. */
const holderOf = (path: string): z.output<typeof holderSchema> | null => {
  try {
    return holderSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return null;
  }
};

/** Keeps a second sweep out of a folder. */
export class FolderLock {
  readonly #path: string;

  /** Takes the lock; one whose process has died on this machine is taken over. Errors: UserError when it is held. */
  constructor(folder: string) {
    this.#path = join(folder, lockName);
    const content = JSON.stringify({ process: process.pid, host: os.hostname() });
    if (writeNew(this.#path, content)) return;
    const holder = holderOf(this.#path);
    const dead = holder?.host === os.hostname() && !isAlive(holder.process);
    if (!dead) {
      const who = holder ? `process ${holder.process} on ${holder.host}` : 'another process';
      throw new UserError(
        `${folder}: got a folder in which ${who} runs a sweep, allowed: one sweep at a time (if it is gone for good, remove ${this.#path})`,
      );
    }
    rmSync(this.#path, { force: true });
    if (!writeNew(this.#path, content))
      throw new UserError(`${folder}: another sweep has just started there, allowed: one sweep at a time`);
  }

  release(): void {
    rmSync(this.#path, { force: true });
  }
}

const slug = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '') || 'sweep';

/** The newest folder under `parent` that holds a sweep of this name; null when there is none. */
const newestFolder = (parent: string, name: string): string | null => {
  if (!existsSync(parent)) return null;
  const found = readdirSync(parent)
    .filter((entry) => entry.endsWith(`-${slug(name)}`) && holdsSweep(join(parent, entry)))
    .sort()
    .at(-1);
  return found === undefined ? null : join(parent, found);
};

export type FolderChoice = {
  /** Folder of all sweeps. */
  readonly parent: string;
  /** The folder that was asked for; null for one of the program's choice. */
  readonly asked: string | null;
  readonly resume: boolean;
  readonly program: string;
  readonly now: Date;
};

const sameSweep = (a: SweepFile, b: SweepFile): boolean => JSON.stringify(a) === JSON.stringify(b);

const makeFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${folder}: cannot be made (${reason})`);
  }
};

/**
 * The folder that a sweep goes on in or begins in, with its manifest. Errors: UserError for a folder with another
 * sweep, one that holds this sweep already without `resume`, and nothing to resume.
 */
export const openFolder = (sweep: Sweep, choice: FolderChoice): string => {
  const { parent, asked, resume, program, now } = choice;
  const name = `${now.toISOString().slice(0, 19).replace(/:/g, '-')}-${slug(sweep.name)}`;
  const folder = asked ?? (resume ? newestFolder(parent, sweep.name) : join(parent, name));
  if (folder === null || (resume && !holdsSweep(folder)))
    throw new UserError(
      `--resume: got no sweep ${sweep.name} in ${folder ?? parent}, allowed: one that was begun`,
    );
  if (holdsSweep(folder)) {
    if (!sameSweep(readManifest(folder).file, sweep.file))
      throw new UserError(
        `${folder}: holds another sweep than ${sweep.origin}, allowed: the same, or another folder`,
      );
    if (!resume)
      throw new UserError(
        `${folder}: holds this sweep already, allowed: --resume to go on with it, or another folder`,
      );
    return folder;
  }
  makeFolder(folder);
  const manifest = { type: 'sweep', formatVersion: 1, program, name: sweep.name, sweep: sweep.file };
  writeNew(join(folder, manifestName), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
};
