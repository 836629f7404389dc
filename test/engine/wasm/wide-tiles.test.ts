import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { joinsVectors } from '../../../src/engine/wasm/builds.js';
import { rememberedWideTiles, tryWideTiles, wideTilesMemory } from '../../../src/engine/wasm/wide-tiles.js';

const folder = mkdtempSync(join(tmpdir(), 'teachtop-tiles-'));
const path = join(folder, 'wide-tiles.txt');
afterAll(() => rmSync(folder, { recursive: true }));

test('that wide tiles pay is remembered, that they do not is not', async () => {
  expect(existsSync(path)).toBe(false);
  const pay = await rememberedWideTiles(folder);
  expect(existsSync(path)).toBe(pay);
});

// Whether they pay here hangs on speed: that they do is remembered by hand.
test('what is remembered is believed; a new trial writes it anew or takes it away', async (context) => {
  if (!joinsVectors()) return context.skip('this V8 joins no vectors');
  wideTilesMemory(folder).keep();
  const written = readFileSync(path, 'utf8');
  expect(await rememberedWideTiles(folder)).toBe(true);
  writeFileSync(path, `${written}.`);
  const pay = await tryWideTiles(folder);
  expect(existsSync(path) ? readFileSync(path, 'utf8') : null).toBe(pay ? written : null);
});
