import { PassThrough, Writable } from 'node:stream';
import type { ReadStream, WriteStream } from 'node:tty';
import xterm from '@xterm/headless';
import { afterEach, expect, test } from 'vitest';
import type { Command } from '../../../src/protocol/command.js';
import { perturbationCatalog } from '../../../src/protocol/perturbation.js';
import type { SessionMessage } from '../../../src/protocol/session.js';
import { showDashboard } from '../../../src/ui/dashboard/dashboard.js';
import { keyTable } from '../../../src/ui/screen/keys.js';
import type { ExitReason } from '../../../src/ui/terminal/terminal-app.js';
import { idleSession } from '../../support/idle-session.js';
import { usualPreferences } from '../../support/preferences.js';
import { presets as allPresets } from '../../support/preset-summaries.js';
import { syntheticMessages } from '../../support/synthetic-run.js';

/** A terminal in memory: what is written is emulated, keys come from the test, frames when it says so. */
class FakeTerminal {
  readonly emulator: InstanceType<typeof xterm.Terminal>;
  readonly rawModes: boolean[] = [];
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  output = '';
  tick: () => void = () => {};

  constructor(columns: number, rows: number) {
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const write = (chunk: Buffer, _encoding: BufferEncoding, done: () => void): void => {
      this.output += String(chunk);
      this.emulator.write(String(chunk), done);
    };
    this.stdout = Object.assign(new Writable({ write }), {
      columns,
      rows,
      isTTY: true,
    }) as unknown as WriteStream;
    this.stdin = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (raw: boolean) => this.rawModes.push(raw),
      ref() {},
      unref() {},
    }) as unknown as ReadStream;
  }

  get screen(): string {
    const { active } = this.emulator.buffer;
    const lines = Array.from(
      { length: this.emulator.rows },
      (_, y) => active.getLine(active.viewportY + y)?.translateToString(true) ?? '',
    );
    return lines.join('\n');
  }

  get onAlternateScreen(): boolean {
    return this.emulator.buffer.active.type === 'alternate';
  }

  type(keys: string): void {
    (this.stdin as unknown as PassThrough).write(keys);
  }

  resize(columns: number, rows: number): void {
    this.emulator.resize(columns, rows);
    Object.assign(this.stdout, { columns, rows });
    this.stdout.emit('resize');
  }

  /** Ticks the frame clock until the screen matches. */
  async until(matches: (screen: string) => boolean): Promise<string> {
    for (let turn = 0; turn < 2000; turn++) {
      this.tick();
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise<void>((resolve) => this.emulator.write('', resolve));
      if (matches(this.screen)) return this.screen;
    }
    throw new Error(`not on this screen:\n${this.screen}`);
  }

  shows(pattern: RegExp): Promise<string> {
    return this.until((screen) => pattern.test(screen));
  }
}

/** Two, whose list has room on every screen. */
const presets = allPresets.slice(0, 2);

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const open = (columns: number, rows: number, messages: readonly SessionMessage[] = []) => {
  const terminal = new FakeTerminal(columns, rows);
  const listeners = new Set<(message: SessionMessage) => void>();
  const sent: Command[] = [];
  const started: string[] = [];
  const abort = new AbortController();
  const ended: Promise<ExitReason> = showDashboard({
    keys: keyTable,
    session: idleSession({
      send: (command) => sent.push(command),
      switchPreset: (name) => started.push(name),
      subscribe: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    }),
    presets: () => presets,
    preferences: usualPreferences,
    onPreferences: () => {},
    stdin: terminal.stdin,
    stdout: terminal.stdout,
    appearance: { colorLevel: 2, background: 'dark', asksBackground: false },
    signal: abort.signal,
    clock: () => 0,
    frameClock: (_interval, tick) => {
      terminal.tick = tick;
      return () => {
        terminal.tick = () => {};
      };
    },
  });
  const tell = (message: SessionMessage): void => {
    for (const listener of listeners) listener(message);
  };
  messages.forEach(tell);
  ends.push(() => {
    abort.abort();
    return ended.catch(() => {});
  });
  return { terminal, sent, started, ended, abort, tell, listeners };
};

const halfway = syntheticMessages({ until: 51 });

test('a run is on the alternate screen with panels and footer, and nothing is wrapped', async () => {
  const { terminal } = open(80, 24, halfway);
  const screen = await terminal.shows(/space pause/);
  expect(terminal.onAlternateScreen).toBe(true);
  expect(screen.split('\n')).toHaveLength(24);
  for (const word of ['Quick start', 'loss', 'best match', 'correlation', 'events', ' RUN', '0.997 ●'])
    expect(screen).toContain(word);
  const { active } = terminal.emulator.buffer;
  expect(Array.from({ length: 24 }, (_, y) => active.getLine(y)?.isWrapped)).not.toContain(true);
});

test('q ends it, the terminal as it was and nothing listening', async () => {
  const { terminal, ended, listeners } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('q');
  expect(await ended).toBe('quit');
  await terminal.until(() => !terminal.onAlternateScreen);
  expect(terminal.output).toMatch(/\?7h.*\?25h.*\?1049l$/);
  expect(terminal.rawModes.at(-1)).toBe(false);
  expect(listeners.size).toBe(0);
});

test.each([
  ['Ctrl-C', (opened: ReturnType<typeof open>) => opened.terminal.type('\u0003'), 'interrupt'],
  ['an abort', (opened: ReturnType<typeof open>) => opened.abort.abort(), 'aborted'],
  [
    'the end of input',
    (opened: ReturnType<typeof open>) => opened.terminal.stdin.emit('end'),
    'terminal-lost',
  ],
  [
    'a write error',
    (opened: ReturnType<typeof open>) => opened.terminal.stdout.emit('error', new Error('EIO')),
    'terminal-lost',
  ],
])('%s ends it', async (_name, end, reason) => {
  const opened = open(80, 24, halfway);
  await opened.terminal.shows(/space pause/);
  end(opened);
  expect(await opened.ended).toBe(reason);
});

test('keys that arrive in one chunk each act, in order', async () => {
  const { terminal, sent } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('su+p\r');
  await terminal.until(() => sent.length === 5);
  expect(sent.map(({ type }) => type)).toEqual([
    'advance',
    'undo',
    'set-learning-rate',
    'preview',
    'perturb',
  ]);
});

test('the menu lies over the panels, which go on beneath; escape uncovers them', async () => {
  const { terminal, tell } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('p');
  const covered = await terminal.shows(/perturb the student/);
  expect(covered).toContain('▸ Gaussian noise on all student weights');
  expect(covered).toContain('Quick start');
  tell({ type: 'progress', step: 51_234, stepsPerSecond: 10, trainingSeconds: 9, processorWait: null });
  await terminal.shows(/50,000 \+1\.23k/);
  expect(terminal.screen).toContain('perturb the student');
  terminal.type('\u001b');
  const uncovered = await terminal.until((screen) => !screen.includes('perturb the student'));
  expect(uncovered).toMatch(/best match/);
});

test.each([
  [80, 24],
  [40, 12],
])(
  'on %ix%i every perturbation and every value of it can be reached and seen, header and footer too',
  async (columns, rows) => {
    const { terminal } = open(columns, rows, halfway);
    await terminal.shows(/pause/);
    terminal.type('p');
    for (const [at, { label, parameters }] of perturbationCatalog(10).entries()) {
      await terminal.until((screen) => screen.includes(`▸ ${label.slice(0, 20)}`));
      for (const { name } of parameters) {
        const screen = await terminal.shows(new RegExp(`${name} ◂`));
        expect(screen.split('\n')[0]).toContain('Quick start');
        expect(screen).toMatch(/enter apply/);
        terminal.type('\t');
      }
      expect(terminal.screen).toContain(`${at + 1} of ${perturbationCatalog(10).length}`);
      terminal.type('\u001b[B');
    }
  },
);

test('the list of presets shows what to look for and starts what is chosen', async () => {
  const { terminal, started } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('/tiny');
  const screen = await terminal.shows(/presets 1 of 2/);
  expect(screen).toContain('A noisy loss.');
  expect(screen).toContain('Batch size 2.');
  terminal.type('\r');
  await terminal.until(() => started.length > 0);
  expect(started).toEqual(['tiny-batches']);
});

test('help scrolls where it does not fit', async () => {
  const { terminal } = open(60, 14, halfway);
  await terminal.shows(/space pause/);
  terminal.type('?');
  expect(await terminal.shows(/help {2}1-/)).toContain('here: matrix');
  terminal.type('\u001b[F');
  const atTheEnd = await terminal.shows(/now, mean +steps a second/);
  const all = Number(/help {2}\d+-(\d+) of \1,/.exec(atTheEnd)?.[1]);
  terminal.type('\u001b[A');
  await terminal.shows(new RegExp(`help {2}\\d+-${all - 1} of ${all},`));
});

test.each([
  [120, 40],
  [40, 12],
  [200, 60],
])('resized to %ix%i it is laid out anew and nothing of before is left', async (columns, rows) => {
  const { terminal } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.resize(columns, rows);
  await terminal.until((screen) => screen.includes('space pause') && screen.includes('Quick start'));
  const expected = await open(columns, rows, halfway).terminal.shows(/Quick start[\s\S]*space pause/);
  expect(await terminal.until((screen) => screen === expected)).toBe(expected);
});

test('a terminal that is too small says what it needs and what it is, then recovers', async () => {
  const { terminal } = open(30, 10, halfway);
  await terminal.shows(/^needs 40x12, is 30x10/);
  terminal.resize(80, 24);
  await terminal.shows(/space pause/);
});

test('when nothing changes nothing is written', async () => {
  const { terminal } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  const before = terminal.output;
  await terminal.until(() => true);
  terminal.tick();
  terminal.tick();
  expect(terminal.output).toBe(before);
});

test('Ctrl-L repaints what something else overwrote', async () => {
  const { terminal } = open(80, 24, halfway);
  const before = await terminal.shows(/space pause/);
  terminal.emulator.write('\u001b[3;3Hgarbage from elsewhere');
  await terminal.shows(/garbage/);
  terminal.type('\u000c');
  expect(await terminal.until((screen) => screen === before)).toBe(before);
});

test('paused and frozen are told apart', async () => {
  const { terminal, tell } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('f');
  expect(await terminal.shows(/FROZEN/)).not.toContain('PAUSED');
  terminal.type('f');
  tell({ type: 'status', state: 'paused', step: 50_000 });
  expect(await terminal.shows(/PAUSED/)).not.toContain('FROZEN');
});

test('a terminal that is gone may fail in every way on the way out', async () => {
  const { terminal, ended } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  const { stdin, stdout } = terminal;
  const failing: ReadStream['setRawMode'] = () => {
    stdin.emit('error', new Error('setRawMode EIO'));
    return stdin;
  };
  Object.assign(stdin, { setRawMode: failing });
  stdout.emit('error', new Error('write EIO'));
  expect(await ended).toBe('terminal-lost');
});

test('an error while showing ends it with that error, the terminal restored', async () => {
  const { terminal, ended, tell } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  const outcome = expect(ended).rejects.toThrow(TypeError);
  tell({ type: 'frame', step: 1 } as unknown as SessionMessage);
  await outcome;
  await terminal.until(() => !terminal.onAlternateScreen);
  expect(terminal.output).toMatch(/\?25h.*\?1049l$/);
});

test('colours follow the background that the terminal tells, and the screen is drawn again only where they do', async () => {
  const { terminal } = open(80, 24, syntheticMessages({ until: 3 }));
  await terminal.shows(/epoch/);
  const clears = (): number => terminal.output.split('\u001b[2J').length - 1;
  const before = clears();
  terminal.type('\u001b]11;rgb:0000/0000/0000\u0007');
  await terminal.shows(/epoch/);
  expect(clears()).toBe(before);
  terminal.type('\u001b]11;rgb:ffff/ffff/ffff\u0007');
  await terminal.until(() => clears() === before + 1);
});

test('pasted text is text in the search, and nothing on the panels', async () => {
  const { terminal, sent } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  expect(terminal.output).toContain('\u001b[?2004h');
  terminal.type('\u001b[200~export LR=0.01\rq\u001b[201~');
  await terminal.shows(/pasted text is not taken for keys/);
  expect(terminal.screen).not.toContain('perturb the student');
  expect(sent).toEqual([]);
  terminal.type('/\u001b[200~tiny\n\u001b[201~');
  expect(await terminal.shows(/search: tiny_/)).toContain('presets 1 of 2');
});

test('clicks that a program before asked for are neither keys nor clicks', async () => {
  const { terminal, sent } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  terminal.type('\u001b[<0;3;24M\u001b[M #8?');
  await terminal.shows(/here: matrix/);
  expect(sent).toEqual([]);
});

test.each(['h', '?', '\u001bOP'])('%j opens the help at every size', async (key) => {
  const { terminal } = open(40, 12, halfway);
  await terminal.shows(/space pause/);
  terminal.type(key);
  expect(await terminal.shows(/help {2}1-/)).toContain('here: matrix');
});

test('a run on its way has the header, with what is being done, and the one before stands back', async () => {
  const { terminal, tell } = open(80, 24, halfway);
  await terminal.shows(/space pause/);
  tell({ type: 'starting', title: 'Tiny batches', stage: 'tuning the teacher' });
  const screen = await terminal.shows(/STARTING/);
  expect(screen).toMatch(/Tiny batches +STARTING/);
  expect(screen).toMatch(/tuning the teacher {2}0:00/);
  expect(screen).toContain('best match');
  const [header, ...frames] = syntheticMessages({ until: 1, title: 'Tiny batches' });
  tell(header);
  tell({ type: 'starting', title: 'Tiny batches', stage: 'first evaluation' });
  expect(await terminal.shows(/first evaluation/)).toContain('STARTING');
  for (const message of frames) tell(message);
  await terminal.shows(/Tiny batches.* RUN/);
});
