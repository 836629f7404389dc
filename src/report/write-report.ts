import { statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { createFolders, replaceFile } from '../files/index.js';
import { UserError } from '../input/index.js';
import type { Report } from './make-report.js';
import { markdownPage } from './markdown.js';
import { htmlPage } from './page.js';

const createFolder = (folder: string): void => {
  const refuse = (got: string): UserError =>
    new UserError(`--out: got ${got}, allowed: a folder that can be written`);
  try {
    createFolders(resolve(folder));
  } catch (error) {
    throw refuse(`${folder} (${error instanceof Error ? error.message : String(error)})`);
  }
  if (!statSync(folder).isDirectory()) throw refuse(`the file ${folder}`);
};

/**
 * Writes the page, the Markdown and one SVG a figure, in place of those of an earlier report.
 * Returns the paths, the page first. Errors: UserError for a folder that cannot be made or written.
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
    try {
      replaceFile(path, content);
    } catch (error) {
      throw new UserError(
        `${path}: cannot be written (${error instanceof Error ? error.message : String(error)})`,
      );
    }
    return path;
  });
};
