const meanings: Readonly<Record<string, string>> = {
  ENOSPC: 'no space left on the disk',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'no permission to write there',
  EPERM: 'no permission to write there',
  EFBIG: 'the file has the size that is allowed',
  EROFS: 'the file system is read-only',
  ENOENT: 'the folder is gone',
  ENOTDIR: 'a part of its path is not a folder',
  EIO: 'the disk does not answer',
};

/** The system's code of an error; empty where it has none. */
export const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';

/** Why something could not be written, in words. */
export const describeFailure = (error: unknown): string =>
  meanings[codeOf(error)] ?? (error instanceof Error ? error.message : String(error));
