import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Opens an empty file without a name, which is gone with its descriptor, for its owner alone. Errors: those of the file system. */
export const openUnnamed = (): number => {
  const folder = mkdtempSync(join(tmpdir(), 'teachtop-'));
  try {
    return openSync(join(folder, 'file'), 'wx+', 0o600);
  } finally {
    rmSync(folder, { recursive: true });
  }
};
