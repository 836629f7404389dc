import { FolderLock, recording } from '../files/index.js';
import { UserError } from '../input/index.js';
import { CheckpointStore, LogWriter, removeCheckpoints, type StoppedLog } from '../log/index.js';
import type { Frame, Header, LogStatus, RunEvent } from '../protocol/index.js';

type RunRecorderOptions = {
  /** Folder in which the run gets a folder of its own. Errors: UserError where there is none. */
  readonly logParent: () => string;
  readonly header: Header;
  /** The lock of a folder that the run goes on in; null for a new run. */
  readonly lock: FolderLock | null;
  readonly onStatus: (status: LogStatus) => void;
  /** Called with one line of what cannot be done. */
  readonly onFailure: (summary: string) => void;
};

/** Records one run: its log, its checkpoints, and the lock that keeps other processes from going on with it. */
export class RunRecorder {
  readonly #writer: LogWriter;
  readonly #onFailure: (summary: string) => void;
  #checkpoints: CheckpointStore | null = null;
  #lock: FolderLock | null;
  #closed: Promise<void> | null = null;

  constructor({ logParent, header, lock, onStatus, onFailure }: RunRecorderOptions) {
    this.#writer = new LogWriter(logParent, header, onStatus, undefined, (folder) =>
      this.#lockFolder(folder),
    );
    this.#lock = lock;
    this.#onFailure = onFailure;
  }

  /** The run's folder; null until something has been recorded. */
  get folder(): string | null {
    return this.#writer.folder;
  }

  /** Starts or goes on recording. */
  start(): void {
    this.#writer.start();
  }

  /** Goes on in the log of a run that stopped. */
  reopen(stopped: StoppedLog): void {
    this.#writer.reopen(stopped);
    if (this.#writer.isRecording) removeCheckpoints(stopped.lostCheckpoints);
  }

  /** Stops recording until the next start. */
  stop(): void {
    this.#writer.stop();
  }

  write(line: Frame | RunEvent): void {
    this.#writer.write(line);
  }

  /** Saves a checkpoint beside the log, where one is being recorded. */
  saveCheckpoint(step: number, bytes: Uint8Array): void {
    const { folder, isRecording, lines } = this.#writer;
    if (!isRecording || folder === null) return;
    if (this.#checkpoints?.runFolder !== folder)
      this.#checkpoints = new CheckpointStore(
        folder,
        (reason) => this.#onFailure(`no checkpoint was written: ${reason}`),
        () => this.#writer.sync(),
      );
    this.#checkpoints.save(step, lines, bytes);
  }

  /** Ends the recording, however often it is asked to; resolves when everything is on disk. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    this.#writer.close();
    await this.#checkpoints?.close();
    this.#lock?.release();
  }

  /**
   * Locks a new folder before it has a log that another process could go on with, in place of one that was removed; on a
   * disk that takes no lock the log fails too, and reports it.
   */
  #lockFolder(folder: string): void {
    try {
      this.#lock?.release();
      this.#lock = null;
      this.#lock = new FolderLock(folder, recording);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
    }
  }
}
