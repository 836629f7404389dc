import fs from 'node:fs';
import { dirname, join } from 'node:path';
import { createFolders, syncFolder, writeAll } from '../files/index.js';
import type { Frame, Header, LogStatus, RunEvent } from '../protocol/index.js';
import { codeOf, describeFailure } from './failure.js';
import { changesRun, type Line, logFileName, logLine, longestLineBytes } from './log-file.js';
import type { StoppedLog } from './resumption.js';
import { runFolderName } from './runs/run-name.js';

/** The file system calls that the log makes; tests put faults in their place. */
export type LogFileSystem = Pick<
  typeof fs,
  | 'mkdirSync'
  | 'openSync'
  | 'writeSync'
  | 'fstatSync'
  | 'statSync'
  | 'ftruncateSync'
  | 'fdatasync'
  | 'fdatasyncSync'
  | 'closeSync'
>;

/** Lines are on the disk, not only in the system's memory, at most this long after they were written. */
const syncMs = 2000;

/** Run-changing events kept for a file that must catch up; with more of them only an unbroken file replays. */
const mostChanges = 10_000;

/** Makes a folder for a run that no other run has: date, preset and seed, and a number where that is taken. */
const createRunFolder = (parent: string, header: Header, fileSystem: LogFileSystem): string => {
  createFolders(parent, (path) => fileSystem.mkdirSync(path));
  const name = runFolderName(header);
  for (let attempt = 1; ; attempt++) {
    const folder = join(parent, attempt === 1 ? name : `${name}-${attempt}`);
    try {
      fileSystem.mkdirSync(folder);
      return folder;
    } catch (error) {
      if (codeOf(error) !== 'EEXIST') throw error;
    }
  }
};

/**
 * The frame log of one run: a folder with a JSON Lines file, header first, then frames and events.
 *
 * Every line goes out in one synchronous write to a file opened for appending, so that a killed program
 * leaves at most its last line torn; a loss of power loses what was written in the last two seconds. A failure never
 * throws: it becomes a status, the file is cut back to its last whole line, and training goes on.
 */
export class LogWriter {
  readonly #parent: () => string;
  readonly #header: Header;
  readonly #fileSystem: LogFileSystem;
  readonly #onStatus: (status: LogStatus) => void;
  readonly #onFolder: (folder: string) => void;
  /** Every event so far that a replay needs, for a file that was off, failed or removed in between. */
  readonly #changes: RunEvent[] = [];
  #folder: string | null = null;
  #descriptor: number | null = null;
  #recording = false;
  /** How many of the changes are in the file. */
  #changesWritten = 0;
  /** Bytes of whole lines in the file, and how many they are. */
  #size = 0;
  #lines = 0;
  /** Whether the file system counts the links of its files: some report none for all. */
  #countsLinks = true;
  #syncTimer: NodeJS.Timeout | null = null;

  /** `onFolder`: called with a new folder before there is a log in it. */
  constructor(
    parent: () => string,
    header: Header,
    onStatus: (status: LogStatus) => void,
    fileSystem: LogFileSystem = fs,
    onFolder: (folder: string) => void = () => {},
  ) {
    this.#parent = parent;
    this.#header = header;
    this.#onStatus = onStatus;
    this.#fileSystem = fileSystem;
    this.#onFolder = onFolder;
  }

  /** The run's folder; null until something has been recorded. */
  get folder(): string | null {
    return this.#folder;
  }

  get isRecording(): boolean {
    return this.#recording;
  }

  /** Whole lines in the file. */
  get lines(): number {
    return this.#lines;
  }

  /** Goes on recording into the file of a run that stopped, a torn last line cut off. */
  reopen({
    folder,
    changes,
    bytes,
    size,
    lines,
  }: Pick<StoppedLog, 'folder' | 'changes' | 'bytes' | 'size' | 'lines'>): void {
    this.#attempt(() => {
      this.#folder = folder;
      this.#changes.push(...changes);
      this.#changesWritten = changes.length;
      this.#size = bytes;
      this.#lines = lines;
      this.#use(this.#fileSystem.openSync(join(folder, logFileName), 'a'));
      if (this.#descriptor === null || this.#fileSystem.fstatSync(this.#descriptor).size !== size) {
        this.#closeFile();
        throw new Error('somebody else has written to the log since it was read');
      }
      this.#fileSystem.ftruncateSync(this.#descriptor, bytes);
      this.#recording = true;
      this.#report('recording', '');
    });
  }

  /** Starts or goes on recording; what a replay needs and the file lacks is written first. */
  start(): void {
    if (this.#recording) return;
    this.#attempt(() => {
      this.#open();
      this.#recording = true;
      for (; this.#changesWritten < this.#changes.length; this.#changesWritten++)
        this.#append(this.#changes[this.#changesWritten]);
      this.#report('recording', '');
    });
  }

  /** Stops recording frames; events that a replay needs are kept for the next start. */
  stop(): void {
    if (!this.#recording) return;
    this.#recording = false;
    this.#report('off', '');
  }

  write(line: Frame | RunEvent): void {
    if (line.type === 'event' && changesRun(line) && this.#changes.length < mostChanges)
      this.#changes.push(line);
    if (!this.#recording) return;
    this.#attempt(() => {
      this.#append(line);
      this.#changesWritten = this.#changes.length;
    });
  }

  /** Has all lines so far on the disk. Errors: those of the file system. */
  sync(): void {
    this.#stopTimer();
    if (this.#descriptor !== null) this.#fileSystem.fdatasyncSync(this.#descriptor);
  }

  /** Ends the recording, its lines on the disk. */
  close(): void {
    const wasRecording = this.#recording;
    if (wasRecording) this.#attempt(() => this.sync());
    this.#recording = false;
    this.#closeFile();
  }

  #open(): void {
    if (this.#descriptor === null || this.#isRemoved(this.#descriptor)) this.#create();
    if (this.#size === 0) this.#append(this.#header);
  }

  #create(): void {
    this.#closeFile();
    this.#folder = createRunFolder(this.#parent(), this.#header, this.#fileSystem);
    this.#onFolder(this.#folder);
    this.#use(this.#fileSystem.openSync(join(this.#folder, logFileName), 'ax'));
    syncFolder(this.#folder);
    syncFolder(dirname(this.#folder));
    this.#size = 0;
    this.#lines = 0;
    this.#changesWritten = 0;
  }

  #use(descriptor: number): void {
    this.#descriptor = descriptor;
    this.#countsLinks = this.#fileSystem.fstatSync(descriptor).nlink > 0;
  }

  /**
   * Whether the file is gone from its folder: it has no link any more, or its path leads to another file. Where links
   * are not counted, a path that leads nowhere says so.
   */
  #isRemoved(descriptor: number): boolean {
    const open = this.#fileSystem.fstatSync(descriptor);
    const named = this.#fileSystem.statSync(join(this.#folder ?? '', logFileName), { throwIfNoEntry: false });
    if (!named) return this.#countsLinks ? open.nlink === 0 : true;
    return named.ino !== open.ino || named.dev !== open.dev;
  }

  #append(line: Line): void {
    if (this.#descriptor === null) return;
    if (this.#isRemoved(this.#descriptor)) throw new Error('the log file was removed');
    const bytes = Buffer.from(logLine(line));
    if (bytes.length > longestLineBytes)
      throw new Error(`a line of ${bytes.length} bytes, more than ${longestLineBytes}`);
    writeAll(this.#descriptor, bytes, this.#fileSystem.writeSync);
    this.#size += bytes.length;
    this.#lines++;
    this.#syncTimer ??= setTimeout(() => this.#syncSoon(), syncMs).unref();
  }

  /** Has the lines brought to the disk, without waiting for it. */
  #syncSoon(): void {
    this.#stopTimer();
    const descriptor = this.#descriptor;
    if (descriptor === null) return;
    this.#fileSystem.fdatasync(descriptor, (error) => {
      if (error && this.#recording && descriptor === this.#descriptor) this.#fail(error);
    });
  }

  #stopTimer(): void {
    if (this.#syncTimer) clearTimeout(this.#syncTimer);
    this.#syncTimer = null;
  }

  #attempt(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    this.#recording = false;
    this.#cutBack();
    this.#report('failed', describeFailure(error));
  }

  /** Removes what a failed write left of a line. */
  #cutBack(): void {
    if (this.#descriptor === null) return;
    try {
      this.#fileSystem.ftruncateSync(this.#descriptor, this.#size);
    } catch {
      // The reader skips a torn last line; there is nothing better to do with a disk that takes no truncation.
    }
  }

  #closeFile(): void {
    this.#stopTimer();
    if (this.#descriptor === null) return;
    const descriptor = this.#descriptor;
    this.#descriptor = null;
    try {
      this.#fileSystem.closeSync(descriptor);
    } catch {
      // A close that fails after whole-line writes loses nothing that a retry could bring back.
    }
  }

  #report(state: LogStatus['state'], reason: string): void {
    this.#onStatus({ type: 'log', state, path: this.#folder, reason });
  }
}
