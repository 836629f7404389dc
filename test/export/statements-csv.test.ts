import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { statementsCsv } from '../../src/export/statements-csv.js';
import { LogIndex } from '../../src/log/log-index.js';
import { symmetryClasses } from '../../src/net/theory/symmetries.js';
import { statementIds } from '../../src/net/theory/theory.js';
import { writeRunFolder } from '../support/sweep-folder.js';

test('the statements of a log: those of each frame, then its teacher nodes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teachtop-statements-'));
  try {
    const index = await LogIndex.readWhole(
      await writeRunFolder(join(folder, 'run'), { statements: true, epochs: 1 }),
    );
    const [heading, ...rows] = [...statementsCsv(index)].map((line) => line.trimEnd());
    expect(heading).toBe('step,epoch,metric,teacher,value,verdict,quantity');
    const cells = rows.map((line) => line.split(','));
    const first = cells.filter(([step]) => step === '0');
    expect(first.slice(0, statementIds.length).map(([, , metric]) => metric)).toEqual([...statementIds]);
    const teachers = index.header.teacherStrength[0].length;
    expect(first.length).toBe(statementIds.length + symmetryClasses.length + 7 * teachers);
    expect(first.find(([, , metric]) => metric === 'form')?.[5]).toBe('holds');
    const parts = first.filter(([, , metric]) => metric === 'loss_part');
    expect(parts.map(([, , , teacher]) => Number(teacher))).toEqual([...Array(teachers).keys()]);
    const plain = await LogIndex.readWhole(await writeRunFolder(join(folder, 'plain'), { epochs: 1 }));
    expect([...statementsCsv(plain)].length).toBe(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
