import { readdirSync, rmSync } from 'node:fs';
import fs from 'node:fs/promises';
import { join } from 'node:path';
import { isPartial, partialPath, syncFolder, writeDurableSoon } from '../files/index.js';
import { describeFailure } from './failure.js';

export const checkpointFolderName = 'checkpoints';

const namePattern = /^step-(\d{1,16})-line-(\d{1,16})\.safetensors$/;

/** Checkpoints that are kept: the latest ones. */
const mostKept = 4;

export type CheckpointFile = {
  readonly path: string;
  readonly step: number;
  /** Lines of the log that say how the run came to it. */
  readonly line: number;
};

/** A run's checkpoints, oldest first; none where there is no such folder. */
export const listCheckpoints = (runFolder: string): CheckpointFile[] => {
  const folder = join(runFolder, checkpointFolderName);
  try {
    return readdirSync(folder)
      .flatMap((name) => {
        const match = namePattern.exec(name);
        return match ? [{ path: join(folder, name), step: Number(match[1]), line: Number(match[2]) }] : [];
      })
      .sort((a, b) => a.line - b.line);
  } catch {
    return [];
  }
};

/** Removes what a killed program has left of checkpoints that it was writing. */
const removePartial = async (folder: string): Promise<void> => {
  const names = (await fs.readdir(folder)).filter(isPartial);
  await Promise.all(names.map((name) => fs.rm(join(folder, name), { force: true })));
};

/** Removes checkpoints of a future that a log has lost: its lines will have other meanings. */
export const removeCheckpoints = (paths: readonly string[]): void => {
  for (const path of paths) rmSync(path, { force: true });
};

type Pending = { readonly step: number; readonly line: number; readonly bytes: Uint8Array };

/**
 * Writes a run's checkpoints beside its log, one at a time and each whole or not at all; of several that come while
 * one is written only the latest is. Never throws: a failure is told, once in a row.
 */
export class CheckpointStore {
  readonly runFolder: string;
  readonly #onFailure: (reason: string) => void;
  readonly #syncLog: () => void;
  #pending: Pending | null = null;
  #writing: Promise<void> | null = null;
  #failed = false;

  /** `syncLog`: has the log on the disk, so that no checkpoint is ahead of it there. */
  constructor(runFolder: string, onFailure: (reason: string) => void, syncLog: () => void = () => {}) {
    this.runFolder = runFolder;
    this.#onFailure = onFailure;
    this.#syncLog = syncLog;
  }

  /** `line`: lines in the log when the checkpoint was taken. */
  save(step: number, line: number, bytes: Uint8Array): void {
    this.#pending = { step, line, bytes };
    this.#writing ??= this.#writeAll().finally(() => {
      this.#writing = null;
    });
  }

  /** Resolves when the last checkpoint is on disk. */
  async close(): Promise<void> {
    await this.#writing;
  }

  async #writeAll(): Promise<void> {
    while (this.#pending) {
      const next = this.#pending;
      this.#pending = null;
      try {
        await this.#write(next);
        this.#failed = false;
      } catch (error) {
        if (!this.#failed) this.#onFailure(describeFailure(error));
        this.#failed = true;
      }
    }
  }

  async #write({ step, line, bytes }: Pending): Promise<void> {
    const folder = join(this.runFolder, checkpointFolderName);
    await fs.mkdir(folder).then(
      () => syncFolder(this.runFolder),
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
    await removePartial(folder);
    const path = join(folder, `step-${step}-line-${line}.safetensors`);
    const partial = partialPath(path);
    try {
      this.#syncLog();
      await writeDurableSoon(partial, bytes);
      await fs.rename(partial, path);
      syncFolder(folder);
    } catch (error) {
      await fs.rm(partial, { force: true });
      throw error;
    }
    const old = listCheckpoints(this.runFolder).slice(0, -mostKept);
    await Promise.all(old.map((file) => fs.rm(file.path, { force: true })));
  }
}
