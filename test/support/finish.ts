import type { ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

/** A program whose output is read. */
export type Child = ChildProcessByStdio<null, Readable, Readable>;

/** All that a program prints, once it has ended, and how it did. */
export const finish = async (child: Child) => {
  const [out, errors, [code, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null, string | null]>,
  ]);
  return { out, errors, code, signal };
};
