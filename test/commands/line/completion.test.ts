import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { publicCommands } from '../../../src/commands/command-table.js';
import { completionScript } from '../../../src/commands/line/completion-script.js';
import { commandHelp, helpText } from '../../../src/commands/line/help.js';
import { manPage } from '../../../src/commands/line/man-page.js';
import { optionTable } from '../../../src/commands/line/option-table.js';
import { isOnPath } from '../../support/outside.js';

/** What a shell offers for the last of these words. */
const offered: Readonly<Record<string, (words: readonly string[]) => string[]>> = {
  bash: (words) => {
    const line = words.map((word) => `'${word}'`).join(' ');
    const { stdout } = spawnSync(
      'bash',
      [
        '-c',
        `teachtop() { [[ $1 == run-names ]] && echo mine-1a2b; }\n${completionScript(['bash'], publicCommands)}\nCOMP_WORDS=(${line}) COMP_CWORD=${words.length - 1}\n_teachtop\nprintf '%s\\n' "\${COMPREPLY[@]}"`,
      ],
      { encoding: 'utf8' },
    );
    return stdout.trim().split('\n');
  },
  fish: (words) => {
    const { stdout } = spawnSync(
      'fish',
      [
        '-c',
        `function teachtop; test $argv[1] = run-names; and echo mine-1a2b; end\n${completionScript(['fish'], publicCommands)}\ncomplete -C '${words.join(' ')}'`,
      ],
      {
        encoding: 'utf8',
      },
    );
    return stdout
      .trim()
      .split('\n')
      .map((row) => row.split('\t')[0]);
  },
};

for (const shell of ['bash', 'fish'])
  test.skipIf(!isOnPath(shell))(`${shell} completes commands, presets, options and their values`, () => {
    const complete = offered[shell];
    expect(complete(['teachtop', 'swe'])).toEqual(['sweep']);
    expect(complete(['teachtop', 'strong'])).toContain('strong-first');
    expect(complete(['teachtop', 'sweep', 'small-l'])).toContain('small-l-shape');
    expect(complete(['teachtop', 'completion', 'z'])).toEqual(['zsh']);
    expect(complete(['teachtop', 'export', '--to', 'csv-w'])).toEqual(['csv-wide']);
    expect(complete(['teachtop', 'export', '--si'])).toEqual(['--size']);
    expect(complete(['teachtop', 'verify', '--w'])).not.toContain('--workers');
    expect(complete(['teachtop', 'watch', 'mi'])).toContain('mine-1a2b');
    expect(complete(['teachtop', '--resume', 'mi'])).toContain('mine-1a2b');
  });

/** Names that others give to runs; a shell that expands one of the first three says so. */
const hostile = ['$(echo RAN)', 'a`echo RAN`', '$BASH_VERSION', "it's", 'two words', '*', '; echo RAN'];

test.skipIf(!isOnPath('bash'))('bash offers names as they are, whatever they hold', () => {
  const program = `teachtop() { [[ $1 == run-names ]] && printf '%s\\n' "\${names[@]}"; }`;
  const script = [
    'cd /; names=("$@")',
    program,
    completionScript(['bash'], publicCommands),
    "COMP_WORDS=(teachtop runs delete ''); COMP_CWORD=3; _teachtop",
    `printf '%s\\n' "\${COMPREPLY[@]}"`,
  ].join('\n');
  const { stdout } = spawnSync('bash', ['-c', script, 'bash', ...hostile], { encoding: 'utf8' });
  expect(stdout.trim().split('\n')).toEqual(['delete', ...hostile]);
});

test('no script has a shell evaluate names a second time', () => {
  for (const shell of ['bash', 'zsh'])
    expect(completionScript([shell], publicCommands)).not.toMatch(
      /compgen -W "\$\(|:\([^)]*\$\(|words="\$\(/,
    );
});

test.skipIf(!isOnPath('zsh'))('zsh takes its script', () => {
  const script = `autoload -U compinit && compinit -D -u\n${completionScript(['zsh'], publicCommands)}\nprint $_comps[teachtop]`;
  const { stdout, stderr } = spawnSync('zsh', ['-f', '-c', script], { encoding: 'utf8' });
  expect([stdout, stderr]).toEqual(['_teachtop\n', '']);
});

test('another shell is refused', () => {
  expect(() => completionScript(['tcsh'], publicCommands)).toThrow(
    'completion: got "tcsh", allowed: bash, zsh or fish',
  );
  expect(() => completionScript([], publicCommands)).toThrow('allowed: bash, zsh or fish');
});

test('every option names commands that exist, or belongs to all', () => {
  const names = publicCommands.map(({ name }) => name);
  const strays = optionTable.flatMap(({ of = [] }) => of).filter((name) => !names.includes(name));
  expect(strays).toEqual([]);
  expect(optionTable.filter(({ of }) => of === undefined).map(({ flag }) => flag)).toEqual([
    'color',
    'help',
    'version',
  ]);
});

test('help fits 80 columns as a whole and for every command', () => {
  const texts = [helpText(publicCommands), ...publicCommands.map(commandHelp)];
  const wide = texts.flatMap((text) => text.split('\n')).filter((line) => line.length > 80);
  expect(wide).toEqual([]);
});

test('the help of a command tells of its own options only', () => {
  const verify = commandHelp(
    publicCommands.find(({ name }) => name === 'verify') as (typeof publicCommands)[number],
  );
  expect(verify).toMatch(/^teachtop verify RUN: /);
  expect(verify).toContain('--data-dir DIR');
  expect(verify).not.toContain('--workers');
});

test('the manual page holds every command, option and key', () => {
  const page = manPage(publicCommands);
  for (const { flag } of optionTable) expect(page).toContain(`.B \\-\\-${flag.replaceAll('-', '\\-')}`);
  for (const { name } of publicCommands) expect(page).toContain(`.B teachtop ${name}`.trimEnd());
  expect(page.split('\n').filter((line) => /^[.'](?!TH|SH|TP|B )/.test(line))).toEqual([]);
});
