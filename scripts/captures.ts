/**
 * Makes the pictures of the README and of the tour: the real program in a pseudo-terminal, keys pressed as a person
 * would, and the emulator's cells written as SVG. `npm run captures [-- NAME...]`
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { personalEnvironment, projectFolder, TerminalProgram } from '../test/support/terminal-program.ts';
import { screenSvg } from './screen-svg.ts';

/** A pattern is waited for, a text is typed. */
type Deed = RegExp | string;

type Capture = {
  readonly name: string;
  /** What it shows, for those who cannot see it. */
  readonly title: string;
  readonly args: readonly string[];
  readonly columns: number;
  readonly rows: number;
  readonly deeds: readonly Deed[];
  readonly background?: 'light';
};

const captures: readonly Capture[] = [
  {
    name: 'quick-start',
    title: 'The dashboard on the quick start: loss, events, best matches, and the correlation matrix',
    args: ['quick-start'],
    columns: 100,
    rows: 32,
    deeds: [/t4 specialized/, ' ', /PAUSED/],
  },
  {
    name: 'small-terminal',
    title: 'The same in a terminal of 80 columns and 24 rows, for a light background',
    args: ['strong-first', '--theme', 'light'],
    columns: 80,
    rows: 24,
    deeds: [/t7 specialized/, ' ', /PAUSED/],
    background: 'light',
  },
  {
    name: 'cursor',
    title: 'A cursor on the charts, zoomed in: losses and best matches are those of the step it stands at',
    args: ['strong-first'],
    columns: 120,
    rows: 40,
    deeds: [/t8 specialized/, ' ', /PAUSED/, 'zx', /at \d+k/, '\u001b[D'.repeat(12)],
  },
  {
    name: 'control',
    title: 'A perturbed run beside its control: what the noise did, node by node',
    args: ['strong-first'],
    columns: 140,
    rows: 40,
    deeds: [
      /t?5 specialized/,
      ' ',
      /PAUSED/,
      'c',
      /CONTROL/,
      'p',
      /perturb the/,
      '\r',
      /DIFFERS/,
      ' ',
      /back after/,
      ' ',
      /PAUSED/,
    ],
  },
  {
    name: 'theory',
    title: "The paper's statements, checked live on the student as it is",
    args: ['strong-first'],
    columns: 120,
    rows: 40,
    deeds: [/t6 specialized/, 'y', /Theorem|Lemma|gradient/, ' ', /PAUSED/],
  },
];

const capture = async ({ name, title, args, columns, rows, deeds, background }: Capture): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), 'teachtop-capture-'));
  const folders = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  const program = new TerminalProgram(args, {
    columns,
    rows,
    environment: personalEnvironment({ ...folders, COLORTERM: 'truecolor' }),
  });
  try {
    for (const deed of deeds)
      if (typeof deed === 'string') program.press(deed);
      else await program.waitFor(deed);
    // Repainted, so that what the last key changed is there.
    program.press('\u000c');
    await program.waitFor(/q quit/);
    await new Promise((resolve) => setTimeout(resolve, 500));
    const path = join(projectFolder, 'docs', 'captures', `${name}.svg`);
    writeFileSync(path, screenSvg(program.cells, title, background ?? 'dark'));
    return path;
  } finally {
    program.press('\u0003');
    await program.exited;
    rmSync(home, { recursive: true });
  }
};

const wanted = process.argv.slice(2);
mkdirSync(join(projectFolder, 'docs', 'captures'), { recursive: true });
for (const each of captures)
  if (wanted.length === 0 || wanted.includes(each.name)) console.log(await capture(each));
