import type { Figure } from './figures/figure.js';
import type { Report, Section } from './make-report.js';
import { type Markup, markup, trusted } from './markup.js';
import type { Table } from './tables/table.js';

/** Forbids the page every load, whatever stands in it. */
const policy = "default-src 'none'; style-src 'unsafe-inline'";

const css = `
:root { color-scheme: light; }
body { margin: 2.5rem auto; max-width: 66rem; padding: 0 1.5rem; background: #fff; color: #111; font: 15px/1.5 Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif; }
h1 { font-size: 1.6rem; margin-bottom: 0.3rem; }
h2 { font-size: 1.25rem; margin-top: 2.8rem; border-bottom: 1px solid #bbb; padding-bottom: 0.2rem; }
h3 { font-size: 1rem; margin: 1.8rem 0 0.2rem; }
figure { margin: 1.6rem 0 2.4rem; break-inside: avoid; }
figure > svg { display: block; max-width: 100%; height: auto; }
figcaption, .note { color: #444; font-size: 0.87rem; max-width: 50rem; }
.scroll { overflow-x: auto; margin: 0.6rem 0 1.4rem; }
table { border-collapse: collapse; font-size: 0.8rem; font-variant-numeric: tabular-nums; border-top: 1.5px solid #111; border-bottom: 1.5px solid #111; }
th, td { padding: 0.22rem 0.75rem 0.22rem 0; text-align: left; vertical-align: top; white-space: nowrap; }
th { border-bottom: 1px solid #111; white-space: normal; vertical-align: bottom; }
.dense td { white-space: normal; padding-right: 0.5rem; }
.settings td:last-child { white-space: normal; }
ul { padding-left: 1.2rem; }
@media print { body { margin: 0; max-width: none; } }
`;

const tableMarkup = ({ head, rows }: Table, kind: string): Markup => {
  const cells = (row: readonly string[]): Markup[] => row.map((cell) => markup`<td>${cell}</td>`);
  return markup`<div class="scroll"><table class="${kind}">
<thead><tr>${head.map((cell) => markup`<th scope="col">${cell}</th>`)}</tr></thead>
<tbody>${rows.map((row) => markup`<tr>${cells(row)}</tr>\n`)}</tbody>
</table></div>`;
};

const tableBlock = (table: Table): Markup =>
  markup`<h3>${table.title}</h3>\n<p class="note">${table.note}</p>\n${tableMarkup(table, table.dense ? 'dense' : 'numbers')}\n`;

/** SVG as it stands in HTML, where its namespace is known: the page then holds no address at all. */
const inlined = ({ svg }: Figure): Markup => trusted(svg.markup.replaceAll(/ xmlns="[^"]*"/g, ''));

const figureMarkup = (figure: Figure): Markup =>
  markup`<figure id="${figure.name}">\n${inlined(figure)}\n<figcaption>${figure.caption} File: ${figure.name}.svg.</figcaption>\n</figure>\n`;

const sectionMarkup = ({ title, figures, tables }: Section): Markup =>
  markup`<h2>${title}</h2>\n${figures.map(figureMarkup)}${tables.map((table) => tableBlock(table))}`;

/** The report as one HTML page that loads nothing: figures, numbers and settings in one file. */
export const htmlPage = ({ sources, sections, settings }: Report, program: string): string =>
  markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${trusted(policy)}">
<title>teachtop report</title>
<style>${trusted(css)}</style>
</head>
<body>
<h1>Student specialization: report</h1>
<p class="note">Made by ${program} from</p>
<ul class="note">${sources.map((source) => markup`<li>${source}</li>`)}</ul>
${sections.map(sectionMarkup)}
<h2>Settings</h2>
<p class="note">${settings.note}</p>
${tableMarkup(settings, 'settings')}
</body>
</html>
`.markup;
