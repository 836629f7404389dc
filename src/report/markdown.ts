import type { Figure } from './figures/figure.js';
import type { Report, Section } from './make-report.js';
import type { Table } from './tables/table.js';

/** Text that Markdown takes as it stands: its marks escaped, HTML too, on one line. */
export const escapeMarkdown = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\p{Bidi_Control}/gu, '')
    .replace(/[\\`*_[\]|#~]/g, '\\$&')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;');

const row = (cells: readonly string[]): string => `| ${cells.map(escapeMarkdown).join(' | ')} |`;

const tableText = ({ head, rows }: Table): string =>
  [row(head), `|${' --- |'.repeat(head.length)}`, ...rows.map(row)].join('\n');

const tableBlock = (table: Table): string =>
  `### ${escapeMarkdown(table.title)}\n\n${escapeMarkdown(table.note)}\n\n${tableText(table)}`;

const figureBlock = ({ name, title, caption }: Figure): string =>
  `![${escapeMarkdown(title)}](${name}.svg)\n\n${escapeMarkdown(caption)}`;

const sectionBlock = ({ title, figures, tables }: Section): string =>
  [`## ${escapeMarkdown(title)}`, ...figures.map(figureBlock), ...tables.map(tableBlock)].join('\n\n');

/** The report as Markdown, with the figures by their file names. */
export const markdownPage = ({ sources, sections, settings }: Report, program: string): string =>
  [
    '# Student specialization: report',
    `Made by ${escapeMarkdown(program)} from`,
    sources.map((source) => `- ${escapeMarkdown(source)}`).join('\n'),
    ...sections.map(sectionBlock),
    `## Settings\n\n${escapeMarkdown(settings.note)}\n\n${tableText(settings)}`,
  ]
    .join('\n\n')
    .concat('\n');
