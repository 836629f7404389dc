import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { logFileName } from '../../src/log/log-file.js';
import { readLog } from '../../src/log/log-reader.js';
import { parseHeader } from '../../src/protocol/header.js';
import { parseLine } from '../../src/protocol/line.js';
import { type Child, finish } from '../support/finish.js';
import { logOfLines } from '../support/growing-log.js';
import { runHere } from '../support/program-here.js';
import {
  personalEnvironment,
  programPath,
  projectFolder,
  TerminalProgram,
} from '../support/terminal-program.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-cli-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const environment = (extra: Readonly<Record<string, string>> = {}): Record<string, string> =>
  personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...extra });

const start = (args: readonly string[], extra: Readonly<Record<string, string>> = {}): Child =>
  spawn(process.execPath, [programPath, ...args], {
    cwd: projectFolder,
    env: environment(extra),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const run = (...args: string[]) => runHere(home, args);

const smallSettings = [
  '--set',
  'd=10',
  '--set',
  'm=4',
  '--set',
  'c=4',
  '--set',
  'trainSize=500',
  '--set',
  'evalSize=500',
];

const patient = ['quick-start', '--epochs', '20000', ...smallSettings];

const shared = mkdtempSync(join(tmpdir(), 'teachtop-cli-run-'));
let finished = '';
/** The folder of a run that has ended. */
beforeAll(async () => {
  await runHere(shared, ['quick-start', '--headless', '--epochs', '5', ...smallSettings, '--log', shared]);
  finished = join(shared, readdirSync(shared).find((name) => name.includes('quick-start')) ?? '');
});
afterAll(() => rmSync(shared, { recursive: true, force: true }));

describe('without a terminal', () => {
  test('a run ends by itself with a summary and exit code 0, and verify finds the same bits', async () => {
    const args = ['quick-start', '--epochs', '5', '--log', join(home, 'runs')];
    const { out, errors, code } = await finish(start(args));
    expect(errors).toBe('');
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(
      /^Quick start \(quick-start\), seed 1: d=20 m=10 n=50 c=10, 5,000 steps, wasm (avx2|simd128) float32$/,
    );
    expect(lines.slice(-4).map((line) => line.split(' ')[0])).toEqual([
      'Quick',
      'train',
      expect.stringMatching(/^\d+$/),
      'log',
    ]);
    const folder = lines.at(-1)?.slice('log '.length) ?? '';
    const verified = await run('verify', folder);
    expect(verified.out).toMatch(/^\d+ frames, the same bits on wasm/);
    expect(verified.code).toBe(0);
  });

  test('verify finds a log whose weights are not those of the run', async () => {
    const lines = readFileSync(join(finished, logFileName), 'utf8').split('\n');
    const last = lines.findLastIndex((line) => line.startsWith('{"type":"frame"'));
    lines[last] = lines[last].replace(
      /"stateHash":"./,
      (start) => `${start.slice(0, -1)}${start.endsWith('0') ? '1' : '0'}`,
    );
    const path = join(home, logFileName);
    writeFileSync(path, lines.join('\n'));
    const { out, code } = await run('verify', path);
    expect(out).toMatch(/^step 5000: differs in weights/);
    expect(code).toBe(1);
  });

  test('the same seed gives the same frames, whatever the clock did', async () => {
    const frames = async (folder: string) => {
      const { lines } = await readLog(folder);
      return lines.map((line) => ({ ...line, stepsPerSecond: 0, trainingSeconds: 0 }));
    };
    await run('quick-start', '--epochs', '5', '--log', join(home, 'again'), ...smallSettings);
    const [again] = readdirSync(join(home, 'again'));
    expect(await frames(join(home, 'again', again))).toEqual(await frames(finished));
  });

  test('--no-log records nothing and says so', async () => {
    const { out } = await run('quick-start', ...smallSettings, '--epochs', '1', '--no-log');
    expect(out).toMatch(/log not recorded\n$/);
    expect(existsSync(join(home, 'teachtop', 'runs'))).toBe(false);
  });
});

describe('an error of our own', () => {
  /** Makes the program throw, outside everything that it awaits, when it gets SIGUSR2. */
  const fragile = {
    NODE_OPTIONS: `--import "data:text/javascript,process.on('SIGUSR2', () => { throw new Error('made by the test') })"`,
  };

  test('is one line and exit code 1 without a terminal, the log whole', async () => {
    const child = start([...patient, '--log', join(home, 'runs')], fragile);
    const finished = finish(child);
    const path = await logOfLines(join(home, 'runs'), 3);
    child.kill('SIGUSR2');
    const { errors, code } = await finished;
    expect(errors).toBe('teachtop: made by the test\n');
    expect(code).toBe(1);
    const { lines, tornBytes } = await readLog(path);
    expect(lines.at(-1)).toMatchObject({ event: 'stopped', summary: 'ended by an error' });
    expect(tornBytes).toBe(0);
  });

  test('gives the terminal back, says so in one line and ends the training', async () => {
    const program = new TerminalProgram([...patient, '--log', join(home, 'runs')], {
      environment: environment(fragile),
    });
    await program.waitFor(/RUN/);
    program.kill('SIGUSR2');
    expect((await program.exited).exitCode).toBe(1);
    await program.waitFor(/teachtop: made by the test/);
    expect(program.onAlternateScreen).toBe(false);
    const { lines } = await readLog(await logOfLines(join(home, 'runs'), 1));
    expect(lines.at(-1)).toMatchObject({ event: 'stopped', summary: 'ended by an error' });
  });
});

describe('mistakes are one line and exit code 2', () => {
  const broken = (content: string): string => {
    const path = join(home, 'mine.json');
    writeFileSync(path, content);
    return path;
  };

  test.each([
    [['nope'], /preset "nope": neither a shipped preset nor a file/],
    [['quick-start', 'more'], /got "more"/],
    [['--bogus'], /--bogus: no such option/],
    [['--sed', '3'], /did you mean --seed\?/],
    [['--seed', 'x'], /--seed: .*"x".*0 to 4294967295/],
    [
      ['presetz'],
      /"presetz": neither a command, a shipped preset nor a file; did you mean teachtop presets\?/,
    ],
    [['sweeep', 'small-loss'], /"sweeep": neither a command.*did you mean teachtop sweep\?/],
    [['small-loss'], /did you mean teachtop sweep small-loss\?/],
    [['--set', 'n=50', '--set', 'multi=3'], /--set: key "n": got 50 and multi 3, allowed: one of the two/],
    [['--epochs', '0'], /--epochs: .*0/],
    [['--set', 'm'], /--set: .*key=value/],
    [['--set', 'mm=3'], /key "mm": unknown; did you mean "m"\?/],
    [['--set', 'c=1e9'], /key "c": got 1000000000/],
    [['--engine', 'gpu'], /--engine: got "gpu", allowed: auto, wasm, tfjs or naive/],
    [['--engine', 'tfjs', '--backend', 'webgl'], /--backend: got "webgl", allowed: tensorflow, wasm or cpu/],
    [['--backend', 'cpu'], /--backend: got "cpu" with --engine auto, allowed: with --engine tfjs/],
    [
      ['--engine', 'tfjs', '--strict', '--backend', 'wasm'],
      /--backend: got "wasm" with --strict, allowed: cpu/,
    ],
    // Found by the thread that trains, not before.
    [['quick-start', '--engine', 'naive', '--headless'], /precision "float32" is not offered/],
    [['--threshold', '2'], /--threshold: got "2", allowed: a number between 0 and 1/],
    [['--fps', '0'], /--fps: got "0"/],
    [['--log'], /--log: got nothing after it, allowed: [A-Z]+/],
    [['--log', '/proc/x'], /--log: got \/proc\/x, where no log can be written/],
    [['--set'], /--set: got nothing after it, allowed: KEY=VALUE/],
    [['--at', '--no-log'], /--at: got nothing after it/],
    [['--break='], /--break: got nothing after it/],
    [['parity'], /parity: got no path/],
    [['parity', '/no/such/trace'], /no such trace/],
    [['verify', '/no/such/run'], /no such frame log/],
    [['verify'], /verify: got 0 runs/],
    [['presets', 'x'], /presets: got "x"/],
    [['doctor', '--engine', 'wasm'], /--engine: got with doctor, allowed: with a preset, sweep or parity$/],
    [['--json'], /--json: got with a preset, allowed: with presets, parity, doctor or runs$/],
    [
      ['sweep', 'small-loss', '--chunk', '3'],
      /--chunk: got with --launcher local, allowed: with --launcher slurm$/,
    ],
    [['export', 'x', '--step', '3'], /--step: got with no --to, allowed: with --to safetensors$/],
    [['sweeep', '--workers', '3'], /did you mean teachtop sweep\?/],
    [['--epochs', '1', '--epochs=2'], /--epochs: got it 2 times, allowed: once$/],
    [['--engine'], /--engine: got nothing after it, allowed: auto, wasm, tfjs or naive$/],
    [['--precision'], /--precision: got nothing after it, allowed: float32 or float64$/],
    [['--fps='], /--fps: got nothing after it, allowed: a whole number/],
    [['-x'], /-x: no such option; see teachtop --help$/],
    [['mine.json'], /preset "mine\.json": no such file$/],
    [['help', 'nope'], /help: got "nope", allowed: presets, .* or man$/],
    [['completion'], /completion: got nothing, allowed: bash, zsh or fish$/],
  ])('%j', async (args, message) => {
    const { out, errors, code } = await run(...args);
    expect(out).toBe('');
    expect(errors.trimEnd()).toMatch(message);
    expect(errors.trimEnd().split('\n').length).toBe(1);
    expect(code).toBe(2);
  });

  test.each([
    ['{"title":"t","look":"l","shows":"s","experiment":{"m":', /mine\.json.*line 1/],
    ['{"title":"t","look":"l","shows":"s","experiment":{"mm":3}}', /mine\.json.*key "mm"/],
    ['{"title":"t","look":"l","shows":"s","experiment":{"n":3,"multi":2}}', /mine\.json.*(n|multi)/],
    ['{"title":"t","look":"l","shows":"s","experiment":{"m":2,"c":50,"teacherChoices":[0,1]}}', /mine\.json/],
    ['{"look":"l"}', /mine\.json.*title/],
  ])('a preset file %s', async (content, message) => {
    const { errors, code } = await run(broken(content));
    expect(errors).toMatch(message);
    expect(errors.trimEnd().split('\n').length).toBe(1);
    expect(code).toBe(2);
    expect(existsSync(join(home, 'teachtop', 'runs'))).toBe(false);
  });
});

describe('what it says of itself', () => {
  test('presets lists every shipped preset with what to look for', async () => {
    const { out, code } = await run('presets');
    const names = readdirSync(join(projectFolder, 'presets')).filter((name) => name.endsWith('.json'));
    for (const name of names) expect(out).toContain(name.replace('.json', ''));
    expect(out.split('\n')[0]).toMatch(/^1 quick-start/);
    expect(code).toBe(0);
  });

  test('--json gives presets and doctor as one value each', async () => {
    const json = async (...args: string[]): Promise<unknown> =>
      JSON.parse((await run(...args, '--json')).out);
    expect(await json('presets')).toContainEqual(
      expect.objectContaining({ name: 'quick-start', experiment: expect.objectContaining({ m: 10 }) }),
    );
    expect(await json('doctor')).toMatchObject({
      node: process.versions.node,
      wasm: [{ strict: false, problem: null }, { strict: true }],
      logs: { problem: null },
    });
  });

  test('--help names every command and option, --version the version', async () => {
    const { out } = await run('--help');
    for (const word of [
      'presets',
      'parity',
      'verify',
      'doctor',
      '--set',
      '--headless',
      '--strict',
      '--no-log',
    ])
      expect(out).toContain(word);
    expect((await run('verify', '--help')).out).toMatch(/^teachtop verify RUN: /);
    expect((await run('-h')).out).toBe(out);
    for (const flag of ['--version', '-V'])
      expect((await run(flag)).out).toMatch(/^teachtop \d+\.\d+\.\d+\n$/);
  });

  test('--sentences tells the run in sentences', async () => {
    const { out, code } = await run(
      'quick-start',
      ...smallSettings,
      '--epochs',
      '1',
      '--sentences',
      '--no-log',
    );
    expect(out).toMatch(
      /^Quick start with .*, seed \d+: a student of \d+ nodes learns from a teacher of \d+, for [\d,]+ steps\.$/m,
    );
    expect(out).toMatch(
      /^Step 0, 0 percent: loss train .*, eval .* teacher nodes specialized, next is node \d+ with .*\.$/m,
    );
    expect(out).toMatch(/^Done, at step [\d,]+\.$/m);
    expect(code).toBe(0);
  });

  test('--log=- prints the frame log alone, every line of it', async () => {
    const small = ['quick-start', ...smallSettings, '--epochs', '1'];
    const { out, errors, code } = await run(...small, '--log=-');
    const [header, ...lines] = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const parsed = lines.map((line) => parseLine(line, parseHeader(header, 'the log')));
    expect(parsed[0]).toMatchObject({ type: 'frame', step: 0 });
    expect(parsed.at(-1)).toMatchObject({ type: 'event', event: 'done' });
    expect([errors, code]).toEqual(['', 0]);
    expect(existsSync(join(home, 'teachtop', 'runs'))).toBe(false);
  });

  test('--engine tfjs trains, and refuses double precision in one line', async () => {
    const brief = ['--epochs', '1', '--set', 'stepsPerEpoch=50'];
    const small = [...smallSettings, ...brief, '--headless', '--no-log', '--engine', 'tfjs'];
    const { out, errors, code } = await run('quick-start', ...small);
    expect(out).toMatch(/tfjs wasm float32$/m);
    expect([errors, code]).toEqual(['', 0]);
    const refused = await run('quick-start', ...small, '--precision', 'float64');
    expect(refused.errors).toMatch(/^teachtop: engine tfjs: precision "float64" .* wasm or naive .*\n$/);
    expect(refused.code).toBe(2);
  });

  test('doctor names the engines, the terminal and the folders, without the home folder', async () => {
    cpSync(finished, join(home, 'teachtop', 'runs', basename(finished)), { recursive: true });
    const { out, code } = await run('doctor');
    expect(out).toMatch(/^wasm: (avx2|simd128), float32 and float64$/m);
    expect(out).toMatch(/^wasm --strict: (avx2|simd128)-strict/m);
    expect(out).toMatch(
      /^tfjs: float32, on (tensorflow for .+, else wasm|wasm; tensorflow does not load: .+)$/m,
    );
    expect(out).toMatch(/^terminal: no terminal, input no terminal, through /m);
    expect(out).toMatch(/^environment: .*TERM=/m);
    expect(out).toMatch(/^locale: /m);
    expect(out).toMatch(/^settings: \S*settings\.json, (all at|lastPreset)/m);
    expect(out).toMatch(/^logs: \S+runs, 1 runs, [\d.]+ GB free$/m);
    expect(code).toBe(0);
  });

  test('--kernels or its setting keeps a process to vectors of 128 bits, its training thread too', async () => {
    const told = await finish(start(['doctor', '--json', '--kernels', 'simd128']));
    expect(JSON.parse(told.out)).toMatchObject({
      wasm: [{ variant: 'simd128' }, { variant: 'simd128-strict' }],
    });
    const folder = join(home, 'teachtop');
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'settings.json'), JSON.stringify({ kernels: 'simd128' }));
    const run = await finish(start(['quick-start', '--epochs', '1', '--log=-', ...smallSettings]));
    expect(parseHeader(JSON.parse(run.out.split('\n')[0]), 'the log').engine.variant).toBe('simd128');
  });
});

describe('watch', () => {
  test('prints a finished log as the run itself did, and ends', async () => {
    const { out, code } = await run('watch', finished);
    expect(code).toBe(0);
    expect(out).toMatch(/^Quick start with .* \(quick-start\), seed 1/);
    expect(out).toMatch(/step 5,000 {2}done/);
    expect(out).toMatch(/5,000 of 5,000 steps/);
  });

  test('refuses what is no log in a line', async () => {
    for (const [path, reason] of [
      [join(home, 'nowhere', 'run'), /no such frame log/],
      [join(projectFolder, 'package.json'), /not a frame log/],
    ] as const) {
      const { errors, code } = await run('watch', path);
      expect([code, errors.trim().split('\n').length]).toEqual([2, 1]);
      expect(errors).toMatch(reason);
    }
  });
});

test('a start leaves its compiled code for the next, which does without where that is damaged', async () => {
  const version = async () => {
    const { out, errors, code } = await finish(start(['--version'], { XDG_CACHE_HOME: join(home, 'cache') }));
    return [out, errors, code];
  };
  const first = await version();
  const folder = join(home, 'cache', 'teachtop', 'code');
  const kept = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  expect(kept.length).toBeGreaterThan(3);
  for (const { parentPath, name } of kept) {
    const path = join(parentPath, name);
    const bytes = readFileSync(path);
    for (let at = 20; at < bytes.length; at += 50) bytes[at] ^= 1;
    writeFileSync(path, bytes);
  }
  expect(await version()).toEqual(first);
  expect(first.slice(1)).toEqual(['', 0]);
});
