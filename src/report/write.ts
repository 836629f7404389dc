import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../experiment/user-error.js';
import { markdownPage } from './markdown.js';
import { htmlPage } from './page.js';
import type { Report } from './report.js';

const createFolder = (folder: string): void => {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    if (statSync(folder, { throwIfNoEntry: false })?.isFile())
      throw new UserError(`--out: got the file ${folder}, allowed: a folder`);
    throw new UserError(`--out: ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/**
 * Writes the page, the Markdown and one SVG a figure, in place of those of an earlier report.
 * Returns the paths, the page first. Errors: UserError for a folder that cannot be made.
 */
export const writeReport = (report: Report, folder: string, program: string): string[] => {
  createFolder(folder);
  const figures = report.sections.flatMap((section) => section.figures);
  const files: readonly (readonly [string, string])[] = [
    ['report.html', htmlPage(report, program)],
    ['report.md', markdownPage(report, program)],
    ...figures.map(({ name, svg }) => [`${name}.svg`, `${svg.markup}\n`] as const),
  ];
  return files.map(([name, content]) => {
    const path = join(folder, name);
    writeFileSync(path, content);
    return path;
  });
};
