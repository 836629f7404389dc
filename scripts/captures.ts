/**
 * Makes the pictures of the README and of the docs: the real program in a pseudo-terminal, keys pressed as a person would, and
 * the emulator's cells written as SVG, or as text where they are ASCII. Runs that are looked at in several sizes are trained
 * once, into the folder that CAPTURE_RUNS names if it names one: there they are found again. The longest takes a quarter of
 * an hour. `npm run captures [-- NAME...]`
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import {
  personalEnvironment,
  programPath,
  projectFolder,
  TerminalProgram,
} from '../test/support/terminal-program.ts';
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
  /** Whether it is written as text. */
  readonly isText?: true;
};

const stories: readonly Capture[] = [
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
    deeds: [/t8 specialized/, ' ', /PAUSED/, 'zx', /at epoch \d/, '\u001b[D'.repeat(12)],
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
      /noise of/,
      ' ',
      /DIFFERS/,
      ' ',
      /PAUSED/,
      // Back to a frame that the control has shown too.
      ',',
      /[+-]0\.\d{3} +[▇━]/,
    ],
  },
  {
    name: 'theory',
    title: "The paper's statements and the loss's curvature, checked live on the student as it is",
    // Long enough that it is not done before all that is on the screen, on a busy machine too.
    args: ['strong-first', '--epochs', '5000'],
    columns: 120,
    rows: 40,
    deeds: [/t6 specialized/, 'y', /small gradient/, 'H', /curvature: \w+ /, ' ', /PAUSED/],
  },
];

/** Runs that are looked at in every size: so many events back from the end, and those of hours stopped at an epoch. */
const recordedRuns = {
  'quick-start': { args: ['quick-start'], events: 6, stopAt: Number.POSITIVE_INFINITY },
  'paper-m20-10x': {
    args: ['paper-m20', '--set', 'multi=10'],
    events: 8,
    stopAt: Number.POSITIVE_INFINITY,
  },
  'deep-paper': { args: ['deep-paper'], events: 0, stopAt: 36 },
} as const;

type RunName = keyof typeof recordedRuns;

/** What is trained for this once goes with it. */
const passing = mkdtempSync(join(tmpdir(), 'teachtop-captures-'));
/** Pictures show a log's path from `runs` on. */
const runsFolder = process.env.CAPTURE_RUNS ?? join(passing, 'runs');

/** Trains a run without a screen up to the epoch at which it is stopped. */
const train = async (name: RunName, folder: string): Promise<void> => {
  const { args, stopAt } = recordedRuns[name];
  const command = [programPath, ...args, '--headless', '--log', folder];
  const child = spawn(process.execPath, command, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: personalEnvironment(),
  });
  child.stdout.on('data', (lines: Buffer) => {
    const epochs = [...lines.toString().matchAll(/epoch (\d+)/g)].map(([, epoch]) => Number(epoch));
    if (epochs.some((epoch) => epoch >= stopAt)) child.kill('SIGINT');
  });
  await once(child, 'exit');
};

/** The log of a run, which is trained now where it has not been before. */
const logOf = async (name: RunName): Promise<string> => {
  const folder = join(runsFolder, name);
  if (!existsSync(folder)) await train(name, folder);
  return join(folder, readdirSync(folder).sort().at(-1) ?? '');
};

const quietMs = 3000;

const sizes = [
  [40, 12],
  [80, 24],
  [120, 40],
  [160, 50],
  [200, 60],
] as const;

/** Ways to look at a run at 120x40 beside the usual one. */
const otherLooks = [
  { name: 'light', args: ['--theme', 'light'], background: 'light' },
  { name: 'mono', args: ['--palette', 'mono'] },
  { name: 'ascii', args: ['--palette', 'mono', '--ascii'], isText: true },
] as const;

/** The pictures of a run: `args` name its log only when they are asked for. */
const gallery = (Object.keys(recordedRuns) as RunName[]).flatMap((run) => {
  const deeds = [/\d+ frames/, ...new Array<string>(recordedRuns[run].events).fill('{')];
  const picture = (name: string, columns: number, rows: number) => ({
    ...{ name: `${run}-${name}`, title: `${run} at ${columns}x${rows}`, run, columns, rows, deeds },
    args: [] as readonly string[],
  });
  return [
    ...sizes.map(([columns, rows]) => picture(`${columns}x${rows}`, columns, rows)),
    ...otherLooks.map((look) => ({ ...picture(look.name, 120, 40), ...look, name: `${run}-${look.name}` })),
  ];
});

/** Waits until nothing has changed for a while: a log is read to its end, a key has done what it does. */
const settled = async (program: TerminalProgram): Promise<void> => {
  for (let before = ''; before !== program.screen.join('\n'); ) {
    before = program.screen.join('\n');
    await wait(quietMs);
  }
};

/** A log's path up to its own name for the folder of runs: this machine's folders. */
const folders = /(?:\/|…|~)[^ ]*\/runs\/(?:[a-z0-9-]+\/)?(?=\d{4}-)/;

/** A screen without this machine's folders: what stands behind them moves to the left. */
const withoutFolders = (rows: TerminalProgram['cells']): TerminalProgram['cells'] =>
  rows.map((row) => {
    const text = row.map((cell) => cell.text || ' ').join('');
    const found = folders.exec(text);
    if (!found) return row;
    const [kept, gone] = ['runs/'.length, found[0].length];
    const name = [...'runs/'].map((letter) => ({ ...row[found.index], text: letter }));
    const blank = { ...row[row.length - 1], text: ' ' };
    return [
      ...row.slice(0, found.index),
      ...name,
      ...row.slice(found.index + gone),
      ...new Array<typeof blank>(gone - kept).fill(blank),
    ];
  });

const capture = async (
  { name, title, columns, rows, deeds, background, isText }: Capture,
  args: readonly string[],
): Promise<string> => {
  const home = mkdtempSync(join(tmpdir(), 'teachtop-capture-'));
  const folders = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home };
  const program = new TerminalProgram(args, {
    columns,
    rows,
    environment: personalEnvironment({ ...folders, COLORTERM: 'truecolor' }),
  });
  try {
    if (args[0] === 'watch') await settled(program);
    for (const deed of deeds)
      if (typeof deed === 'string') program.press(deed);
      else await program.waitFor(deed);
    // Repainted, so that what the last key changed is there.
    program.press('\u000c');
    await settled(program);
    const path = join(projectFolder, 'docs', 'captures', `${name}.${isText ? 'txt' : 'svg'}`);
    const cells = withoutFolders(program.cells);
    const lines = cells.map((row) =>
      row
        .map((cell) => cell.text)
        .join('')
        .trimEnd(),
    );
    writeFileSync(path, isText ? `${lines.join('\n')}\n` : screenSvg(cells, title, background ?? 'dark'));
    return path;
  } finally {
    program.press('\u0003');
    await program.exited;
    rmSync(home, { recursive: true });
  }
};

const wanted = process.argv.slice(2);
const isWanted = ({ name }: { readonly name: string }): boolean =>
  wanted.length === 0 || wanted.some((each) => name === each || name.startsWith(`${each}-`));
mkdirSync(join(projectFolder, 'docs', 'captures'), { recursive: true });
for (const each of stories.filter(isWanted)) console.log(await capture(each, each.args));
for (const each of gallery.filter(isWanted))
  console.log(await capture(each, ['watch', await logOf(each.run), ...each.args]));
rmSync(passing, { recursive: true });
