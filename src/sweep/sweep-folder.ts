import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type EngineRequest, tfjsBackends } from '../engine/index.js';
import { createFolders, syncFolder, writeNewFile } from '../files/index.js';
import { isThere, later, readUserJson, replaceUnshown, UserError } from '../input/index.js';
import { parseSweepFile, type Sweep, type SweepFile } from './sweep-file.js';

const manifestName = 'sweep.json';
const largestManifestBytes = 2 * 1024 ** 2;

const manifestSchema = later(() =>
  z.object({
    type: z.literal('sweep'),
    formatVersion: z.literal(1),
    program: z.string().max(200),
    name: z.string().max(300),
    /** Missing in folders of earlier versions. */
    engine: z
      .object({
        engine: z.enum(['auto', 'wasm', 'tfjs', 'naive']),
        strict: z.boolean(),
        backend: z.enum(tfjsBackends).exactOptional(),
      })
      .nullable()
      .default(null),
    sweep: z.unknown(),
  }),
);

/** What a sweep's folder says of the sweep that it holds. */
export type Manifest = {
  readonly name: string;
  readonly program: string;
  /** The engine that was asked for; null where the folder does not say. */
  readonly engine: EngineRequest | null;
  readonly file: SweepFile;
};

/** The manifest of a sweep's folder. Errors: UserError naming the file. */
export const readManifest = (folder: string): Manifest => {
  const path = join(folder, manifestName);
  const parsed = manifestSchema.safeParse(readUserJson(path, largestManifestBytes));
  if (!parsed.success) throw new UserError(`${path}: not the manifest of a sweep`);
  const { name, program, engine, sweep } = parsed.data;
  return { name: replaceUnshown(name), program, engine, file: parseSweepFile(sweep, path) };
};

/** Whether a folder holds a sweep. */
export const holdsSweep = (folder: string): boolean => isThere(join(folder, manifestName));

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

/** Whether a sweep begins, goes on where it was begun and begins where it was not, or must have been begun. */
export type Opening = 'begin' | 'resume' | 'existing';

/** A sweep's folder, and whether the sweep has just begun there. */
export type OpenedFolder = { readonly folder: string; readonly isNew: boolean };

export type FolderChoice = {
  /** Folder of all sweeps. */
  readonly parent: string;
  /** The folder that was asked for; null for one of the program's choice. */
  readonly asked: string | null;
  readonly opening: Opening;
  readonly program: string;
  /** The engine of all runs: other bits are another sweep. */
  readonly choice: EngineRequest;
  readonly now: Date;
};

const sameSweep = (a: SweepFile, b: SweepFile): boolean => JSON.stringify(a) === JSON.stringify(b);

const engineText = ({ engine, strict, backend }: EngineRequest): string =>
  `${engine}${backend ? ` --backend ${backend}` : ''}${strict ? ' --strict' : ''}`;

const refuseOther = (folder: string, { file, origin }: Sweep, choice: EngineRequest): void => {
  const manifest = readManifest(folder);
  if (!sameSweep(manifest.file, file))
    throw new UserError(
      `${folder}: holds another sweep than ${origin} with these options, allowed: the same, or another folder`,
    );
  if (manifest.engine !== null && engineText(manifest.engine) !== engineText(choice))
    throw new UserError(
      `${folder}: holds a sweep on engine ${engineText(manifest.engine)}, got ${engineText(choice)}, allowed: the same, or another folder`,
    );
};

const makeFolder = (folder: string): void => {
  try {
    createFolders(folder);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UserError(`${folder}: cannot be made (${reason})`);
  }
};

/**
 * The folder that a sweep goes on in or begins in, with its manifest. Errors: UserError for a folder with another
 * sweep, one that holds this sweep already where it is to begin, and none where it must have been begun.
 */
export const openFolder = (sweep: Sweep, choice: FolderChoice): OpenedFolder => {
  const { parent, asked, opening, program, now } = choice;
  const named = join(parent, `${now.toISOString().slice(0, 19).replace(/:/g, '-')}-${slug(sweep.name)}`);
  const folder = asked ?? (opening === 'begin' ? null : newestFolder(parent, sweep.name)) ?? named;
  if (!holdsSweep(folder)) {
    if (opening === 'existing')
      throw new UserError(`${asked ?? parent}: got no sweep ${sweep.name}, allowed: one that was begun`);
    makeFolder(folder);
    const manifest = { type: 'sweep', formatVersion: 1, program, name: sweep.name, engine: choice.choice };
    const content = JSON.stringify({ ...manifest, sweep: sweep.file }, null, 2);
    // Where another process has just begun there, its sweep is the folder's.
    if (writeNewFile(join(folder, manifestName), `${content}\n`)) {
      syncFolder(folder);
      return { folder, isNew: true };
    }
  }
  refuseOther(folder, sweep, choice.choice);
  if (opening === 'begin')
    throw new UserError(
      `${folder}: holds this sweep already, allowed: --resume to go on with it, or another folder`,
    );
  return { folder, isNew: false };
};
