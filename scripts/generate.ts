/**
 * Writes what follows from the program's own tables and schemas: docs/reference/experiment.md, the tables between
 * marks in docs/reference, the manual page, and the JSON Schemas of the folder schemas. `npm run generate`.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { publicCommands } from '../src/commands/command-table.js';
import { manPage } from '../src/commands/line/man-page.js';
import { schemaNames } from '../src/commands/line/schema-names.js';
import { schemaText } from '../src/commands/schema.js';
import { experimentMarkdown } from '../src/experiment/describe.js';
import { judgedSeriesMarkdown } from '../src/export/statement-series.js';
import { logMarkdown } from '../src/protocol/log-markdown.js';
import { perturbationMarkdown } from '../src/protocol/perturbation.js';
import { seriesMarkdown } from '../src/protocol/series/series-markdown.js';
import { keyChoiceMarkdown } from '../src/ui/screen/key-choice.js';
import { keyTableMarkdown } from '../src/ui/screen/keys.js';

const project = join(import.meta.dirname, '..');
const reference = join(project, 'docs', 'reference');
const schemas = join(project, 'schemas');

const tables = [
  { file: 'interventions.md', name: 'perturbations', text: perturbationMarkdown() },
  { file: 'export.md', name: 'series', text: seriesMarkdown() },
  { file: 'export.md', name: 'statement series', text: judgedSeriesMarkdown() },
  { file: 'frame-log.md', name: 'header', text: logMarkdown.header() },
  { file: 'frame-log.md', name: 'frame', text: logMarkdown.frame() },
  { file: 'frame-log.md', name: 'events', text: logMarkdown.events() },
  { file: 'keys.md', name: 'keys', text: `${keyTableMarkdown()}\n` },
  { file: 'settings.md', name: 'actions', text: `${keyChoiceMarkdown()}\n` },
];

for (const { file, name, text } of tables) {
  const path = join(reference, file);
  const mark = `<!-- ${name}: npm run generate -->\n`;
  const [before, , after] = readFileSync(path, 'utf8').split(mark);
  writeFileSync(path, `${before}${mark}${text}${mark}${after}`);
}

writeFileSync(join(reference, 'experiment.md'), `${experimentMarkdown()}\n`);

writeFileSync(join(project, 'man', 'teachtop.1'), `${manPage(publicCommands)}\n`);

mkdirSync(schemas, { recursive: true });
for (const name of schemaNames) writeFileSync(join(schemas, `${name}.schema.json`), `${schemaText(name)}\n`);
