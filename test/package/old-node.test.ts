import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { packageFile } from '../../src/package/package.js';

/** What a built module imports before it runs. */
const importsOf = (path: string): string[] =>
  [...readFileSync(packageFile(path), 'utf8').matchAll(/\bimport[^;(]*?["']([^"']+)["'];/g)].map(
    ([, from]) => from,
  );

test('the program tells its Node from an old one before it loads what that cannot read', () => {
  const ours = importsOf('dist/cli.js').filter((from) => !from.startsWith('node:'));
  expect(ours).toEqual([expect.stringMatching(/^\.\/chunks\/built-ins-/)]);
  expect(importsOf(`dist/${ours[0]}`)).toEqual(['node:module']);
});
