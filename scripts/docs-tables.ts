/** Writes the tables of docs/reference that follow from the program's own, between their marks: `node scripts/docs-tables.ts`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { seriesMarkdown } from '../dist/protocol/frame.js';
import { perturbationMarkdown } from '../dist/protocol/perturbation.js';
import { keyChoiceMarkdown } from '../dist/ui/screen/key-choice.js';
import { keyTableMarkdown } from '../dist/ui/screen/keys.js';

const tables = [
  { file: 'interventions.md', name: 'perturbations', text: perturbationMarkdown() },
  { file: 'export.md', name: 'series', text: seriesMarkdown() },
  { file: 'keys.md', name: 'keys', text: `${keyTableMarkdown()}\n` },
  { file: 'settings.md', name: 'actions', text: `${keyChoiceMarkdown()}\n` },
];

for (const { file, name, text } of tables) {
  const path = join(import.meta.dirname, '..', 'docs', 'reference', file);
  const mark = `<!-- ${name}: node scripts/docs-tables.ts -->\n`;
  const [before, , after] = readFileSync(path, 'utf8').split(mark);
  writeFileSync(path, `${before}${mark}${text}${mark}${after}`);
}
