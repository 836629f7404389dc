import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { publicCommands } from '../src/commands/command-table.js';
import { defaultSettings } from '../src/commands/host/settings.js';
import { manPage } from '../src/commands/line/man-page.js';
import { optionTable } from '../src/commands/line/option-table.js';
import { experimentMarkdown } from '../src/experiment/describe.js';
import { judgedSeriesMarkdown } from '../src/export/statement-series.js';
import { logMarkdown } from '../src/protocol/log-markdown.js';
import { perturbationMarkdown } from '../src/protocol/perturbation.js';
import { seriesMarkdown } from '../src/protocol/series/series-markdown.js';
import { keyChoiceMarkdown } from '../src/ui/screen/key-choice.js';
import { keyTableMarkdown } from '../src/ui/screen/keys.js';
import { projectFolder } from './support/terminal-program.js';

const read = (path: string): string => readFileSync(join(projectFolder, path), 'utf8');

test('docs/reference/experiment.md says what the schemas of an experiment say', () => {
  expect(read('docs/reference/experiment.md').trimEnd()).toBe(experimentMarkdown());
});

test('man/teachtop.1 is what npm run generate writes', () => {
  expect(read('man/teachtop.1').trimEnd()).toBe(manPage(publicCommands));
});

test('docs/reference/keys.md holds the key table', () => {
  expect(read('docs/reference/keys.md')).toContain(keyTableMarkdown().trimEnd());
});

const pages = [
  'README.md',
  'CONTRIBUTING.md',
  ...readdirSync(join(projectFolder, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path)),
];

test.each(pages)('%s names only files that exist', (page) => {
  const text = read(page);
  const links = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) =>
    join(dirname(page), target),
  );
  const named = [...text.matchAll(/`((?:src|test|docs|bench|scripts|presets)\/[\w./-]+)`/g)].map(
    ([, path]) => path,
  );
  expect([...links, ...named].filter((path) => !existsSync(join(projectFolder, path)))).toEqual([]);
});

test('docs/architecture.md has a row for every room, in the words of its index', () => {
  const rows = [...read('docs/architecture.md').matchAll(/^\| `(\w+)` \| (.*) \|$/gm)].map(
    ([, room, words]) => [room, words],
  );
  const rooms = readdirSync(join(projectFolder, 'src'), { withFileTypes: true })
    .map(({ name }) => name)
    .filter((name) => existsSync(join(projectFolder, 'src', name, 'index.ts')));
  expect(Object.fromEntries(rows.filter(([room]) => rooms.includes(room)))).toEqual(
    Object.fromEntries(
      rooms.map((room) => {
        const [, words] = /^\/\*\* (.*?)\.? \*\//.exec(read(`src/${room}/index.ts`)) ?? [];
        return [room, words];
      }),
    ),
  );
});

test('docs/architecture.md has a row for every folder inside a room', () => {
  const folders = readdirSync(join(projectFolder, 'src'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ parentPath, name }) => relative(join(projectFolder, 'src'), join(parentPath, name)))
    .filter((folder) => folder.includes('/'));
  const rows = [...read('docs/architecture.md').matchAll(/^\| `([\w/-]+\/[\w/-]+)` \|/gm)].map(
    ([, folder]) => folder,
  );
  expect(rows.filter((folder) => !folder.startsWith('src/')).sort()).toEqual(folders.sort());
});

test('the README opens with its two commands and names only options that exist', () => {
  const readme = read('README.md');
  expect(readme).toContain('    npm install && npm start\n');
  expect(readme).toContain('    npm install && npm test\n');
  const known = new Set(optionTable.map(({ flag }) => `--${flag}`));
  // What is quoted is for another program.
  const teachtopLines = readme
    .replace(/'--[^'\n]*'/g, '')
    .split('\n')
    .filter((line) => line.includes('teachtop -- '));
  const named = teachtopLines.flatMap((line) => line.split('teachtop -- ')[1].match(/--[a-z-]+/g) ?? []);
  expect(named.filter((flag) => !known.has(flag))).toEqual([]);
});

test('docs/reference/settings.md has every setting with its first value', () => {
  const rows = [
    ...read('docs/reference/settings.md').matchAll(/^\| `(\w+)` \|.*?\| `([^`]+)` \| [^|]*\|$/gm),
  ];
  expect(Object.fromEntries(rows.map(([, key, first]) => [key, JSON.parse(first)]))).toEqual(defaultSettings);
});

test('docs/reference/settings.md has every action whose keys can be chosen', () => {
  expect(read('docs/reference/settings.md')).toContain(keyChoiceMarkdown());
});

test('every dependency has its reason in docs/internals/dependencies.md', () => {
  const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json'));
  const reasons = read('docs/internals/dependencies.md');
  const unexplained = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies })
    .filter((name) => !name.startsWith('@types/') && !name.startsWith('@tensorflow/tfjs-'))
    .filter((name) => !reasons.includes(name));
  expect(unexplained).toEqual([]);
});

test('docs/reference/interventions.md holds the table of perturbations', () => {
  expect(read('docs/reference/interventions.md')).toContain(perturbationMarkdown().trimEnd());
});

test('docs/reference/export.md holds the tables of series', () => {
  expect(read('docs/reference/export.md')).toContain(seriesMarkdown().trimEnd());
  expect(read('docs/reference/export.md')).toContain(judgedSeriesMarkdown().trimEnd());
});

test.each(Object.entries(logMarkdown))('docs/reference/frame-log.md holds the table of %s', (_, table) => {
  expect(read('docs/reference/frame-log.md')).toContain(table().trimEnd());
});
