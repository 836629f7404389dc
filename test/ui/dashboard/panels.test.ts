import fc from 'fast-check';
import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../../src/protocol/event.js';
import type { Frame } from '../../../src/protocol/frame.js';
import type { LogStatus, SessionMessage } from '../../../src/protocol/session.js';
import { layoutFor, placedPanels, smallestSize } from '../../../src/ui/dashboard/layout.js';
import type { PastView } from '../../../src/ui/dashboard/playback.js';
import { noContents, panelIds } from '../../../src/ui/dashboard/stacks/panel-size.js';
import { matrixLabelWidth } from '../../../src/ui/dashboard/stacks/table-stacks.js';
import { matrixViews } from '../../../src/ui/dashboard/view.js';
import { paintScreen, stateAfter } from '../../support/painted-screen.js';
import { recordRun, trainTo } from '../../support/small-run.js';
import { syntheticFrame, syntheticHeader, syntheticMessages } from '../../support/synthetic-run.js';

const sizes = [
  [40, 12],
  [80, 24],
  [100, 30],
  [120, 40],
  [200, 60],
  [250, 70],
] as const;

const event = (body: object): RunEvent => ({ type: 'event', ...body }) as RunEvent;

const midway = stateAfter(syntheticMessages({ until: 71 }));

describe.each(sizes)('at %ix%i', (columns, rows) => {
  test('every row is as wide as the terminal and every cell one column', () => {
    const { grid } = paintScreen(midway, { columns, rows, look: 'Watch the rows light up.' });
    expect(grid.lines).toHaveLength(rows);
    for (const line of grid.lines) expect(stringWidth(line)).toBe(columns);
  });

  test('what it is and how far it is stands in the header', () => {
    const header = paintScreen(midway, { columns, rows }).panels.get('header') ?? '';
    for (const word of ['Quick start', 'seed 3', '5x', '70/100', '70%', 'REC', ' RUN '])
      expect(header).toContain(word);
  });

  test('losses, teacher nodes and matrix are there', () => {
    const { panels } = paintScreen(midway, { columns, rows });
    expect(panels.get('loss')).toMatch(/8\.50e-4.*1\.19e-3/);
    expect(panels.get('loss')).toMatch(/[╭╮╰╯]|[\u2801-\u28ff]/);
    expect(panels.get('matrix')).toMatch(/ 0 ● .*●/);
    expect(panels.get('matrix')).toMatch(/ 1 ◆2 .*◆/);
    if (columns < 60) return;
    expect(panels.get('teachers')).toMatch(/0 .*0\.997 ● +[▁▂▃▄▅▆▇█]+/);
    expect(panels.get('teachers')).toMatch(/1 .*0\.997 ◆2/);
  });

  test('of a log of losses alone the charts are there, and what is missing is said', () => {
    const messages = syntheticMessages({ until: 71 }).flatMap((message): SessionMessage[] => {
      if (message.type === 'header') return [{ ...message, teacherStrength: [], studentNodes: [] }];
      if (message.type === 'frame') return [{ ...message, layers: [] }];
      return message.type === 'event' ? [] : [message];
    });
    const { grid, panels } = paintScreen(stateAfter(messages), { columns, rows });
    for (const line of grid.lines) expect(stringWidth(line)).toBe(columns);
    expect(panels.get('loss')).toMatch(/8\.50e-4.*1\.19e-3/);
    expect(panels.get('missing')).toMatch(/no hidden layers[\s\S]*losses alone/);
    expect(panels.get('matrix')).toBeUndefined();
  });

  test('in the ASCII set nothing else is drawn', () => {
    const { text } = paintScreen(midway, { columns, rows, drawing: 'ascii' });
    expect(text).toMatch(/^[\x20-\x7e\n]*$/);
    expect(text).toContain('Quick start');
  });
});

test('at 80x24 everything essential is there', () => {
  const { panels } = paintScreen(midway, { columns: 80, rows: 24 });
  const header = panels.get('header') ?? '';
  for (const word of ['70,000', '84.0k steps/s', '0:01', 'ETA 0:00', 'lr 0.01', 'wasm relaxed-simd float32'])
    expect(header).toContain(word);
  expect(header).toContain('quick-start-seed3');
  expect(panels.get('teachers')).toContain('7/10 at 0.95');
  expect(panels.get('matrix')).toMatch(/9 ○/);
  expect(panels.get('events')).toContain('t6 specialized by s45');
});

test('a teacher node that has been added has no history from before it', () => {
  const header = syntheticHeader({ m: 2 });
  const grown = syntheticFrame(syntheticHeader({ m: 3 }), 60);
  const strengths = { teacherStrength: [[4, 2, 1]] };
  const state = stateAfter([header, syntheticFrame(header, 50), { ...grown, ...strengths }]);
  for (const view of [{}, { curveStyle: 'lines' } as const])
    for (const [columns, rows] of [
      [80, 24],
      [160, 50],
    ])
      expect(paintScreen(state, { columns, rows, view }).panels.get('teachers')).toMatch(/ 2 +1\.00/);
});

test('rows stand strong to weak with the epoch of their specialization', () => {
  const lines = paintScreen(midway, { columns: 120, rows: 40 }).panels.get('teachers')?.split('\n') ?? [];
  const rows = lines.filter((line) => /\d\.\d{3} [●◆◐○]/.test(line));
  expect(rows.map((line) => Number(/\d+/.exec(line)?.[0]))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(rows[0]).toMatch(/ 15 +s3/);
  expect(rows[9]).toMatch(/○.*-/);
});

test('best matches have bars in the table where strips show their histories, and histories where none do', () => {
  const small = paintScreen(midway, { columns: 80, rows: 24 }).panels;
  expect(small.has('curves')).toBe(false);
  expect(small.get('teachers')).toMatch(/6 .*0\.970 ● +▃▃▃▃▅█ /);
  const large = paintScreen(midway, { columns: 160, rows: 50 }).panels;
  expect(large.has('curves')).toBe(true);
  expect(large.get('teachers')).not.toContain('history');
  expect(large.get('teachers')).toMatch(/ by .*\n.* 0 .*0\.997 ● +▇+ /);
  expect(large.get('teachers')).toMatch(/6 .*0\.970 ● +▇+ +69 /);
  expect(large.get('teachers')).toMatch(/7 .*0\.732 ◐ +━+╸? *┊ +- /);
});

test('a match just above the threshold is no partial one, though the matrix rounds it', () => {
  const header = syntheticHeader({});
  const base = syntheticFrame(header, 70);
  const [layer] = base.layers;
  const correlation = layer.correlation.map((row, j) =>
    j === 2 ? row.map((r) => (r > 0.9 ? 0.95 : r)) : row,
  );
  const bestMatchOfTeacher = layer.bestMatchOfTeacher.with(2, 0.9502);
  const state = stateAfter([header, { ...base, layers: [{ ...layer, correlation, bestMatchOfTeacher }] }]);
  const { panels } = paintScreen(state, { columns: 80, rows: 24 });
  expect(panels.get('teachers')).toMatch(/2 0\.770 0\.951 ●/);
  expect(panels.get('matrix')?.split('\n')[4]).toContain('●');
});

describe('a student node that cannot be told to be of one teacher node', () => {
  const header = syntheticHeader({ m: 4, n: 3 });
  const stateOf = (correlation: number[][], before: number[][] = correlation) => {
    const frameOf = (rows: number[][], step: number) => {
      const base = syntheticFrame(header, step);
      const bestMatchOfTeacher = rows.map((row) => Math.max(...row));
      const bestStudentOfTeacher = rows.map((row, j) => row.indexOf(bestMatchOfTeacher[j]));
      const layer = { ...base.layers[0], correlation: rows, bestMatchOfTeacher, bestStudentOfTeacher };
      return { ...base, layers: [layer] };
    };
    return stateAfter([header, frameOf(before, 1), frameOf(correlation, 2)]);
  };
  const painted = (state: ReturnType<typeof stateOf>, pair: { teacher: number; student: number }) =>
    paintScreen(state, { columns: 160, rows: 50, view: { pair } });

  test('has a sign at each of them: = of nodes that are alike, & of others', () => {
    const shared = stateOf([
      [0.99, 0.1, 0.2],
      [0.99, 0.1, 0.2],
      [0.1, 0.97, 0.2],
      [0.3, 0.96, 0.2],
    ]);
    const { panels, text } = painted(shared, { teacher: 0, student: 0 });
    for (const row of [/0 .*0\.990 ●=/, /1 .*0\.990 ●=/, /2 .*0\.970 ●&/, /3 .*0\.960 ●&/])
      expect(panels.get('teachers')).toMatch(row);
    expect(text).toContain('alike to all student nodes: teacher 1');
    expect(painted(shared, { teacher: 2, student: 1 }).text).toContain('its student node matches teacher 3');
  });

  test('has none where each has its own, or is not learned', () => {
    const own = stateOf([
      [0.99, 0.1, 0.2],
      [0.1, 0.97, 0.2],
      [0.2, 0.1, 0.3],
      [0.2, 0.1, 0.3],
    ]);
    expect(painted(own, { teacher: 0, student: 0 }).panels.get('teachers')).not.toMatch(/[●◆○◐][=&]/);
  });

  test('a better one than the one that holds a node is told', () => {
    const rows = (first: number, second: number) => [[first, second, 0], ...new Array(3).fill([0, 0, 0])];
    const state = stateOf(rows(0.96, 0.99), rows(0.96, 0.1));
    expect(painted(state, { teacher: 0, student: 0 }).text).toMatch(/learned by s0 since .*best s1 0\.990/s);
  });
});

test('specialization reads as a diagonal', () => {
  const view = { matrixView: 'specialized' } as const;
  const lines =
    paintScreen(midway, { columns: 80, rows: 24, view }).panels.get('matrix')?.split('\n').slice(2) ?? [];
  const cells = lines.slice(0, 7).map((line) => line.slice(matrixLabelWidth));
  expect(cells.map((line) => line.search(/[●◆]/))).toEqual([0, 1, 3, 4, 5, 6, 7]);
  expect(cells[1]).toMatch(/^.◆◆/);
});

test('H and beta are shaded by their largest entry, and in another colour below 0; without them the correlation stands there', () => {
  const header = syntheticHeader({ m: 2, n: 2 });
  const base = syntheticFrame(header, 1);
  const [square, across] = [
    Array.from({ length: 3 }, () => [1, 1, 1]),
    [
      [8, -8, 99],
      [0, 4, 99],
      [99, 99, 99],
    ],
  ];
  const forms = { hStudent: square, betaStudent: square, hTeacher: across, betaTeacher: square };
  const rows = (frame: Frame, matrixView: 'H' | 'beta') => {
    const { panels } = paintScreen(stateAfter([header, frame]), {
      columns: 160,
      rows: 50,
      view: { matrixView },
    });
    return (panels.get('matrix') ?? '').split('\n');
  };
  const withForms = { ...base, layers: [{ ...base.layers[0], forms }] };
  const painted = rows(withForms, 'H').join('\n');
  expect(painted).toMatch(/H .*below 0/s);
  const shades = rows(withForms, 'H').flatMap((row) => /^│ +[01] .*?([ ░▒▓█·]+)│$/.exec(row)?.slice(1) ?? []);
  expect(shades.map((row) => row.trim())).toEqual(['▓', '░ ▓']);
  expect(rows(base, 'beta').join('\n')).toContain('correlation');
});

test('observability shows the digits of the frame', () => {
  const view = { matrixView: 'observability' } as const;
  const matrix = paintScreen(midway, { columns: 200, rows: 60, view }).panels.get('matrix') ?? '';
  const expected = midway.columns[0].students
    .map((student) => midway.frame?.layers[0].observability[0][student])
    .join(' ');
  expect(matrix).toContain('observability');
  expect(matrix).toContain(expected);
});

test('rows that have no place are scrolled to, and an overview has every teacher node meanwhile', () => {
  const state = stateAfter(syntheticMessages({ m: 40, n: 200, until: 50 }));
  const scroll = { teachers: 5, events: 0 };
  const { panels } = paintScreen(state, { columns: 120, rows: 30, view: { scroll } });
  expect(panels.get('teachers')).toMatch(/rows 6-\d+ ▴▾/);
  expect(panels.get('matrix')?.split('\n')[3]).toMatch(/^│ +5 /);
  expect(namedIn(panels.get('overview') ?? '')).toEqual([...new Array(40).keys()]);
});

/** The teacher nodes that lists name, ranges spelt out, in ascending order. */
const namedIn = (text: string): number[] =>
  [...text.matchAll(/(?<![◆\d])(\d+)(?:-(\d+))?/g)]
    .flatMap(([, from, to = from]) =>
      Array.from({ length: Number(to) - Number(from) + 1 }, (_, at) => Number(from) + at),
    )
    .sort((a, b) => a - b);

test.each([
  [40, 12, 10, /● one (student )?t.*◐ on its way t.*○ unlearned t/s],
  [80, 24, 20, /● one student t.*◐ on its way t.*○ unlearned t/s],
  [80, 24, 125, /● .*t.*◐ .*t.*○ .*t/s],
])('at %ix%i the overview names all of %i teacher nodes by their standing', (columns, rows, m, legend) => {
  const state = stateAfter(syntheticMessages({ m, n: 2 * m, until: 50 }));
  const { panels } = paintScreen(state, { columns, rows });
  const overview = panels.get('overview') ?? '';
  expect(overview).toMatch(legend);
  expect(namedIn(overview)).toEqual([...new Array(m).keys()]);
  if (m > 10) expect(panels.get('matrix')).toContain(', folded');
});

test('the title of the matrix names the nodes that are not learned by their signs, as many as its rows have', () => {
  const [title, ...rows] = (paintScreen(midway, { columns: 160, rows: 50 }).panels.get('matrix') ?? '').split(
    '\n',
  );
  expect(title).toMatch(/7 of 10 specialized at 0\.95 {2}◐ t7 {2}○ t8,9 /);
  const signs = rows.flatMap((row) => /^│ +\d+ ([●◆◐×○])/.exec(row)?.slice(1) ?? []);
  expect(signs.join('').replaceAll('◆', '●')).toBe('●●●●●●●◐○○');
});

/** No two neighbours of a standing: a teacher node in three is learned, one is on its way, one unlearned; the first by two. */
const scattered = (m: number) => {
  const header = syntheticHeader({ m, n: 2 * m });
  const base = syntheticFrame(header, 1);
  const correlation = base.layers[0].correlation.map((row, j) => {
    const best = [0.99, 0.7, 0.2][j % 3];
    return row.map((_, student) => (student === j || (j === 0 && student === m) ? best : 0));
  });
  const best = {
    bestMatchOfTeacher: correlation.map((row, j) => row[j]),
    bestStudentOfTeacher: [...correlation.keys()],
  };
  return stateAfter([header, { ...base, layers: [{ ...base.layers[0], correlation, ...best }] }]);
};

test('at 40x12 lists are whole where they can be, else say how many nodes each lacks', () => {
  const overviewOf = (m: number) =>
    paintScreen(scattered(m), { columns: 40, rows: 12 }).panels.get('overview') ?? '';
  expect(overviewOf(48)).toMatch(/◆ t0◆2 {2}● t3,6,.*◐ t1,.*○ t2,/s);
  expect(namedIn(overviewOf(48))).toEqual([...new Array(48).keys()]);
  const cut = overviewOf(90);
  const missing = [...cut.matchAll(/(\d+) more/g)].map(([, count]) => Number(count));
  expect(missing).toHaveLength(2);
  expect(namedIn(cut.replaceAll(/\d+ more/g, '')).length + missing[0] + missing[1]).toBe(90);
});

test('a number before a sign is a count, and node numbers have a t', () => {
  const deep = stateAfter(syntheticMessages({ layers: new Array(3).fill([20, 60] as const), until: 50 }));
  for (const state of [midway, deep])
    for (const [columns, rows] of sizes) {
      const { panels } = paintScreen(state, { columns, rows });
      const census = panels.get('teachers')?.split('\n')[1] ?? '';
      const [title] = panels.get('matrix')?.split('\n') ?? [];
      const said = [census, title, ...(panels.get('overview') ?? '').split('\n')];
      expect(said.filter((line) => /[●◐×○] \(?\d|◆ \d|[●◐×○] [a-z ]+ \d+,/.test(line))).toEqual([]);
    }
});

test('at 40x12 the title of the matrix counts learned nodes of every layer', () => {
  const titleOf = (layers: readonly (readonly [number, number])[]): string | undefined => {
    const state = stateAfter(syntheticMessages({ layers, until: 50 }));
    return (paintScreen(state, { columns: 40, rows: 12 }).panels.get('matrix') ?? '').split('\n')[0];
  };
  expect(titleOf(new Array(3).fill([5, 10]))).toMatch(/ ▸?layer 0 .* L0-2 {2}\d+\/5 \d+\/5 \d+\/5 /);
  const [large, small] = [
    [100, 200],
    [75, 150],
  ] as const;
  expect(titleOf([[50, 100], small, large, large])).toMatch(
    / ▸?layer 0 .* \d+\/50 \d+\/75 \d+\/100 \d+\/100 /,
  );
});

test('the L-shape says which of its student nodes rows of the matrix count more than once', () => {
  const header = syntheticHeader({ m: 3, n: 3 });
  const rows = [
    [0.99, 0.1, 0.2],
    [0.99, 0.1, 0.2],
    [0.1, 0.97, 0.2],
  ];
  const base = syntheticFrame(header, 1);
  const best = { bestMatchOfTeacher: [0.99, 0.99, 0.97], bestStudentOfTeacher: [0, 0, 1] };
  const state = stateAfter([
    header,
    { ...base, layers: [{ ...base.layers[0], correlation: rows, ...best }] },
  ]);
  const { panels } = paintScreen(state, { columns: 160, rows: 50 });
  expect(panels.get('shape')).toContain('2/3 above 0.95, 1 for two');
});

test('at 80x24 the theory has a line a statement with its quantity, and rows for teacher nodes', () => {
  const { run, messages } = recordRun({ statements: true, frameEvery: 50 });
  trainTo(run, 100);
  const state = stateAfter(messages as SessionMessage[]);
  const small = paintScreen(state, { columns: 80, rows: 24, view: { theory: true } }).text;
  const nodes = run.header.teacherStrength[0].length;
  const table = small.slice(small.indexOf('observers')).split('\n').slice(1);
  expect(table.filter((line) => /^ +\d+ +\d+ /.test(line)).length).toBe(Math.min(8, nodes));
  expect(small).toMatch(/small gradient at every sample {2}\d+ of \d+ nodes with epsilon/);
  const large = paintScreen(state, { columns: 160, rows: 50, view: { theory: true } }).text;
  expect(large).toMatch(/\d+ of \d+ nodes with epsilon < 10% {3}\(need all observed\)/);
  // The bars beside a statement have a name, and so have headings that do not say what they are of.
  expect(large).toContain('▁▄▇ what is measured, so far');
  expect(small).not.toContain('so far');
  expect(small).toContain('by teacher node: predicted fall of its loss in 1,000 steps');
  expect(large).toContain('by teacher node: predicted and measured fall of its loss in 1,000 steps');
});

test('the theory says how many teacher nodes its table has no row for', () => {
  const { run, messages } = recordRun({ statements: true, frameEvery: 50 });
  trainTo(run, 100);
  const state = stateAfter(messages as SessionMessage[]);
  const { text } = paintScreen(state, { columns: 80, rows: 17, view: { theory: true } });
  const [, ...table] = text.slice(text.indexOf('observers')).split('\n');
  const shown = table.filter((line) => /^ +\d+ +\d+ /.test(line)).length;
  const more = Number(/(\d+) more teacher nodes? on a taller screen/.exec(text)?.[1]);
  expect(shown).toBeGreaterThan(0);
  expect(shown + more).toBe(run.header.teacherStrength[0].length);
});

test('the legend of the matrix has every sign in use before those that are not', () => {
  const header = syntheticHeader({ m: 2, n: 4 });
  const base = syntheticFrame(header, 50);
  const frames = [0.99, 0.5].map((best, epoch) => {
    const correlation = [
      [best, 0, 0, 0],
      [0, 0.99, 0, 0],
    ];
    const matches = { bestMatchOfTeacher: [best, 0.99], bestStudentOfTeacher: [0, 1] };
    return { ...base, epoch, step: 1000 * epoch, layers: [{ ...base.layers[0], correlation, ...matches }] };
  });
  const { panels } = paintScreen(stateAfter([header, ...frames]), { columns: 80, rows: 24 });
  expect(panels.get('matrix')).toMatch(/● one .*× lost/);
});

test.each(['paused', 'done', 'diverged'] as const)('%s is a badge', (state) => {
  const after = stateAfter([...syntheticMessages({ until: 10 }), { type: 'status', state, step: 9000 }]);
  const header = paintScreen(after, { columns: 80, rows: 24 }).panels.get('header');
  expect(header).toContain(` ${state.toUpperCase()} `);
});

test('a run that is done sums up among the events', () => {
  const done = event({ event: 'done', step: 100_000 });
  const after = stateAfter([...syntheticMessages({}), done]);
  const events = paintScreen(after, { columns: 200, rows: 60 }).panels.get('events') ?? '';
  const text = events.replace(/[\s│]+/g, ' ');
  expect(text).toContain('done in 0:01: 9 of 10 specialized at 0.95, eval loss');
  expect(text).toContain('r runs it again');
});

test('badges leave whole words of the name beside them', () => {
  const past = { ofLog: false, index: 3, length: 71, playing: true, speed: 1024 };
  const header = paintScreen(midway, { columns: 40, rows: 12, view: { past } }).panels.get('header') ?? '';
  expect(header.split('\n')[0]).toMatch(/^ \S+… +◉REC +frame 4\/71 ▸1024\/s +RUN /);
  expect(header).not.toMatch(/see(?!d)/);
});

describe('of a log', () => {
  const stopped = stateAfter([
    ...syntheticMessages({ until: 71 }),
    { type: 'log', state: 'watched', path: '/runs/one/frames.jsonl', reason: '' },
    event({ event: 'stopped', step: 70_000, summary: 'ended by a signal' }),
  ]);
  const headerOf = (more: Partial<PastView>, columns: number): string[] => {
    const past = { ofLog: true, index: null, length: 71, playing: false, speed: 8, ...more };
    const runState = past.index === null || past.index === 70 ? 'stopped' : 'running';
    const { panels } = paintScreen(stopped, { columns, rows: 24, view: { past }, runState });
    return (panels.get('header') ?? '').split('\n');
  };

  test("the state is the replay's own, and at its last frame how the run ended; what is counted is named", () => {
    const badgesOf = (past: Partial<PastView>, columns: number) =>
      /(?:LOG|frame) .*/.exec(headerOf(past, columns)[0])?.[0];
    expect(badgesOf({}, 80)).toBe('LOG 71 frames   STOPPED ');
    expect(badgesOf({ index: 3 }, 80)).toBe('LOG frame 4/71   PAUSED ');
    expect(badgesOf({ index: 3, playing: true }, 120)).toBe('LOG frame 4/71   PLAYING 8 frames/s ');
    expect(badgesOf({ index: 70 }, 80)).toBe('LOG frame 71/71   STOPPED ');
    expect(badgesOf({ index: 3, playing: true }, 40)).toBe('frame 4/71   PLAYING 8/s ');
  });

  test('the speed is that of the steps over the time beside it', () => {
    const [, line] = headerOf({}, 80);
    const [, steps, speed, seconds] = /step +([\d,]+) +(\S+) steps\/s mean +0:(\d+)/.exec(line) ?? [];
    expect([steps, seconds]).toEqual(['70,000', '01']);
    expect(speed).toBe('83.3k');
  });
});

test('what a run came to stays as it was told, whatever becomes of the run', () => {
  const done = event({ event: 'done', step: 100_000 });
  const later = [
    event({ event: 'threshold', step: 100_000, threshold: 0.5 }),
    event({ event: 'rewound', step: 100_000, toStep: 0, summary: 'branch 1, from step 0 on' }),
    syntheticFrame(syntheticHeader({}), 0),
  ];
  const after = stateAfter([...syntheticMessages({}), done, ...later]);
  const events = paintScreen(after, { columns: 200, rows: 60 }).panels.get('events') ?? '';
  expect(events.replace(/[\s│]+/g, ' ')).toContain('done in 0:01: 9 of 10 specialized at 0.95');
});

test('events for which there is no room are counted, and one that is cut says so', () => {
  const changes = Array.from({ length: 20 }, (_, at) =>
    event({
      event: 'perturbed',
      step: 70_000,
      summary: `change ${at} of weights that is told in many words`,
    }),
  );
  const { panels } = paintScreen(stateAfter([...syntheticMessages({ until: 71 }), ...changes]), {
    columns: 80,
    rows: 24,
  });
  const [title, ...lines] = (panels.get('events') ?? '').split('\n').map((line) => line.trimEnd());
  const told = lines.filter((line) => line.includes('change')).length;
  const all = 20 + midway.events.length;
  expect(title).toContain(` ${all - told} older `);
  const end = lines.at(-1) ?? '';
  expect(end).toMatch(/words$|…$/);
  const texts = changes.map((change) => ('summary' in change ? change.summary : ''));
  expect(
    texts.some((text) =>
      text?.includes(
        end
          .replace(/^ +70 /, '')
          .replace(/ ?…$/, '')
          .trim(),
      ),
    ),
  ).toBe(true);
  const sideways = paintScreen(midway, { columns: 200, rows: 60 }).panels.get('events') ?? '';
  expect(sideways).not.toContain('older');
});

test('the evaluation loss is told from the training loss in any drawing, where both are the same too', () => {
  const messages = syntheticMessages({ until: 71 }).map(
    (message): SessionMessage =>
      message.type === 'frame' ? { ...message, evalLoss: message.trainLoss } : message,
  );
  for (const [drawing, bead] of [
    ['utf8', '∘'],
    ['ascii', 'E'],
  ] as const)
    for (const [columns, rows] of [
      [40, 12],
      [120, 40],
    ]) {
      const { panels } = paintScreen(stateAfter(messages), { columns, rows, drawing });
      const [title, ...plot] = (panels.get('loss') ?? '').split('\n');
      expect(title).toMatch(new RegExp(`train \\S+ (${bead}eval|Eval) `));
      expect(plot.join('').replace('epochs', '').split(bead).length - 1).toBeGreaterThanOrEqual(3);
    }
});

test('before the first evaluation of the statements the theory says what is done', () => {
  const { text } = paintScreen(midway, { columns: 40, rows: 12, view: { theory: true } });
  expect(text.replace(/\s+/g, ' ')).toContain(
    'checking the statements now: gradients and boundaries of 10 teacher and 50 student nodes',
  );
});

test('a perturbation that another one takes back at the same step says so', () => {
  const at = { step: 30_000, threshold: 0.95 };
  const [frame] = syntheticMessages({ until: 31 })
    .filter((message) => message.type === 'frame')
    .slice(-1);
  const after = stateAfter([
    ...syntheticMessages({ until: 31 }),
    event({ event: 'perturbed', ...at, summary: 'shifted inputs by 0.5' }),
    { ...frame, evalLoss: 10 },
    event({ event: 'perturbed', ...at, summary: 'shifted inputs by -0.5' }),
    frame,
  ]);
  const events = paintScreen(after, { columns: 200, rows: 60 }).panels.get('events') ?? '';
  const text = events.replace(/[\s│]+/g, ' ');
  expect(text).toMatch(/shifted inputs by 0\.5: loss [\de.-]+ to 1\.00e\+1, back at the same step/);
  expect(text).not.toContain('by -0.5:');
});

test('a frozen view says so beside the state of the training', () => {
  const header = paintScreen(midway, { columns: 40, rows: 12, view: { frozen: midway } }).panels.get(
    'header',
  );
  expect(header).toContain(' FROZEN ');
  expect(header).toContain(' RUN ');
});

test('a log that failed is visible with its reason', () => {
  const failed: LogStatus = { type: 'log', state: 'failed', path: null, reason: 'no space left on device' };
  const after = stateAfter([...syntheticMessages({ until: 10 }), failed]);
  const header = paintScreen(after, { columns: 80, rows: 24 }).panels.get('header');
  expect(header).toContain('LOG FAILED');
  expect(header).toContain('no space left');
});

test('a diverged run shows its losses as not finite, a gap, and what to do', () => {
  const header = syntheticHeader({});
  const broken: Frame = { ...syntheticFrame(header, 11), trainLoss: Number.NaN, evalLoss: Number.NaN };
  const diverged = event({ event: 'diverged', step: 11_000, summary: 'the loss is no longer finite' });
  const messages: SessionMessage[] = [...syntheticMessages({ until: 11 }), broken, diverged];
  const { panels } = paintScreen(stateAfter(messages), { columns: 120, rows: 40 });
  expect(panels.get('loss')).toContain('not finite');
  expect(panels.get('events')).toMatch(/r restarts/);
});

test.each(matrixViews)('a run that diverged stays on display as %s', (matrixView) => {
  const { run, messages } = recordRun({ learningRate: 50, trainSize: 200, evalSize: 100 });
  trainTo(run, Number.POSITIVE_INFINITY);
  const { panels } = paintScreen(stateAfter(messages), { columns: 120, rows: 40, view: { matrixView } });
  expect(panels.get('header')).toContain(' DIVERGED ');
  expect(panels.get('teachers')).toContain('0 of 5 specialized');
  expect(panels.get('matrix')).toMatch(
    {
      correlation: /0 ○ +(\? ){15}/,
      specialized: /0 ○ +(· ){15}/,
      observability: /0 ○ +(\. ){15}/,
      // Of no forms and no control: what the run itself has.
      H: /0 ○ +(\? ){15}/,
      beta: /0 ○ +(\? ){15}/,
      control: /0 ○ +(\? ){15}/,
    }[matrixView],
  );
});

test('changes of the run are letters in the plot, explained, and cover no label of the time axis', () => {
  const changes = [
    event({ event: 'learning-rate', step: 30_000, from: 0.01, to: 0.02, cause: 'key' }),
    event({ event: 'perturbed', step: 40_000, threshold: 0.95, summary: 'added noise' }),
  ];
  const after = stateAfter([...syntheticMessages({ until: 71 }), ...changes]);
  const { panels } = paintScreen(after, { columns: 120, rows: 40 });
  const lines = panels.get('loss')?.split('\n') ?? [];
  expect(lines[1]).toMatch(/│.* r +p/);
  expect(lines.find((line) => line.includes('└'))).toMatch(/└0─+20─+40─+60─+80─+ epochs/);
  expect(panels.get('loss')).toContain('r rate  p perturbed');
  expect(panels.get('events')).toContain('added noise');
});

test('neither a loss nor the range of the minibatches rises before the perturbation that lifts it', () => {
  const header = syntheticHeader({ frames: 21 });
  const lifted: Frame = { ...syntheticFrame(header, 10), trainLoss: 500, evalLoss: 700 };
  const after = stateAfter([
    ...syntheticMessages({ frames: 21, until: 10 }),
    event({ event: 'perturbed', step: 10_000, threshold: 0.95, summary: 'added noise' }),
    lifted,
    syntheticFrame(header, 11),
  ]);
  for (const rows of [24, 50]) {
    const { panels } = paintScreen(after, { columns: 160, rows });
    const plot = (panels.get('loss') ?? '').split('\n').map((line) => line.slice(line.search(/[┤│]\S*\s*/)));
    const column = plot.find((line) => line.includes('p'))?.indexOf('p') ?? -1;
    const upper = plot.slice(1, Math.ceil(plot.length / 4)).map((line) => line.slice(column - 3, column));
    expect(column).toBeGreaterThan(3);
    expect(upper.join('').trim()).toBe('');
  }
});

test('marks of one column stand below each other, alike ones with their number, and the legend names what is drawn', () => {
  const perturbed = event({ event: 'perturbed', step: 40_000, threshold: 0.95, summary: 'added noise' });
  const changes = [event({ event: 'forked', step: 40_000 }), perturbed, perturbed];
  const after = stateAfter([...syntheticMessages({ until: 71 }), ...changes]);
  const { panels } = paintScreen(after, { columns: 160, rows: 50 });
  const [title, ...plot] = (panels.get('loss') ?? '').split('\n');
  expect(title).toContain('c control  p perturbed');
  const column = plot[0].indexOf('c');
  expect(plot.slice(0, 3).map((line) => line[column])).toEqual(['c', 'p', '2']);
  // What lies outside of the part on display has no letter there, and none in the legend.
  const zoomed = { chart: { span: 20_000, cursor: null } };
  const { panels: near } = paintScreen(after, { columns: 160, rows: 50, view: zoomed });
  expect(near.get('loss')).not.toMatch(/perturbed|c control/);
});

test('the linear loss axis goes from zero to a round number, and the title says so', () => {
  const after = stateAfter(syntheticMessages({ until: 71 }));
  const { panels } = paintScreen(after, {
    columns: 120,
    rows: 40,
    view: { lossAxis: 'linear', smoothing: 0.9 },
  });
  const loss = panels.get('loss') ?? '';
  expect(loss).toContain('loss, linear, smoothed 0.9');
  expect(loss).toMatch(/ 0┤/);
  expect(loss).not.toMatch(/1e-?\d┤/);
});

test('a spike between two frames shows in the range behind the line', () => {
  const header = syntheticHeader({});
  const spike = { minimum: 1e-3, mean: 1e-2, maximum: 1e3 };
  const frames = Array.from({ length: 600 }, (_, index) => ({
    ...syntheticFrame(header, 70),
    step: index * 160,
    batchLoss: index === 3 ? spike : { minimum: 1e-3, mean: 1e-3, maximum: 1e-3 },
  }));
  const loss =
    paintScreen(stateAfter([header, ...frames]), { columns: 120, rows: 40 }).panels.get('loss') ?? '';
  const top = loss.split('\n')[1];
  expect(top).toContain('▒');
});

test('text of a stranger cannot control the terminal or shift columns', () => {
  const messages = syntheticMessages({ until: 5, title: 'bad\u001b[31m\u0007 \u65e5\u672c\u0301' });
  const { grid } = paintScreen(stateAfter(messages), { columns: 80, rows: 24 });
  const text = grid.lines.join('\n');
  expect(text).toContain('bad?[31m?');
  for (const line of grid.lines) expect(stringWidth(line)).toBe(80);
});

test('before the first message the screen says that it waits', () => {
  const { text } = paintScreen(stateAfter([]), { columns: 80, rows: 24 });
  expect(text).toMatch(/starting the run .* STARTING /);
  expect(text).toContain('waiting for the first frame');
});

test('layouts stay inside the terminal without overlap, fast-check seed 5', () => {
  const size = { columns: fc.integer({ min: 40, max: 300 }), rows: fc.integer({ min: 12, max: 100 }) };
  const nodes = {
    m: fc.integer({ min: 1, max: 60 }),
    n: fc.integer({ min: 1, max: 600 }),
    layers: fc.integer({ min: 1, max: 16 }),
    pair: fc.boolean(),
    shape: fc.boolean(),
  };
  fc.assert(
    fc.property(fc.record({ ...size, ...nodes }), ({ columns, rows, m, n, layers, pair, shape }) => {
      const layout = layoutFor(columns, rows, {
        ...noContents,
        teachers: m,
        students: n,
        layers,
        pair,
        shape,
      });
      expect(layout).not.toBeNull();
      if (!layout) return;
      const panels = placedPanels(layout);
      const taken = new Set<number>();
      for (const { left, top, width, height, id } of panels) {
        expect(panelIds).toContain(id);
        expect(left + width).toBeLessThanOrEqual(columns);
        expect(top + height).toBeLessThanOrEqual(rows - 1);
        expect(height).toBeGreaterThanOrEqual(id === 'overview' || id === 'pair' ? 1 : 2);
        for (let y = top; y < top + height; y++)
          for (let x = left; x < left + width; x++) taken.add(y * columns + x);
      }
      expect(taken.size).toBe(panels.reduce((area, { width, height }) => area + width * height, 0));
      const ids = panels.map(({ id }) => id);
      for (const id of ['header', shape && !ids.includes('loss') ? 'shape' : 'loss', 'matrix'] as const)
        expect(ids).toContain(id);
    }),
    { seed: 5, numRuns: 200 },
  );
});

describe('several hidden layers', () => {
  const deep = stateAfter(
    syntheticMessages({
      layers: [
        [6, 12],
        [8, 24],
        [4, 9],
        [10, 40],
      ],
      until: 71,
    }),
  );

  test.each(sizes)(
    'at %ix%i every row is as wide as the terminal, whatever layer is shown',
    (columns, rows) => {
      for (const layer of [0, 1, 3]) {
        const { grid } = paintScreen(deep, { columns, rows, view: { layer } });
        expect(grid.lines).toHaveLength(rows);
        for (const line of grid.lines) expect(stringWidth(line)).toBe(columns);
      }
    },
  );

  test('each has a row: how many teacher nodes have which standing, and what else there is room for', () => {
    const small = paintScreen(deep, { columns: 80, rows: 24, view: { layer: 1 } }).panels;
    const rows = small.get('layers')?.split('\n') ?? [];
    expect(rows[0]).toContain('[ ]');
    expect(rows[1]).toMatch(/mean teacher nodes/);
    const [first] = deep.frame?.layers ?? [];
    const mean = (first.bestMatchOfTeacher.reduce((a, b) => a + b) / 6).toFixed(3);
    expect(rows[2]).toMatch(new RegExp(`^ 0 +${mean} +\\d ● +\\d ◆ +\\d ◐ +\\d ○`));
    expect(rows[3]).toMatch(/^▸1 /);
    const large =
      paintScreen(deep, { columns: 160, rows: 50, view: { layer: 1 } }).panels.get('layers') ?? '';
    expect(large).toMatch(/mean +least +teacher nodes +grad/);
    const counts = (layer: string) =>
      [...layer.matchAll(/(\d+) [●◆◐×○]/g)].reduce((sum, [, count]) => sum + Number(count), 0);
    const all = large.split('\n').filter((line) => /^│ [▸ ]\d /.test(line));
    expect(all.map(counts)).toEqual([6, 8, 4, 10]);
  });

  test('where rows allow the learned nodes of other layers are named', () => {
    const { panels } = paintScreen(deep, { columns: 160, rows: 50, view: { layer: 1 } });
    const layers = panels.get('layers') ?? '';
    expect(layers).toMatch(/ 0 .*\n│ +L0 (◆ several t\S[\d ◆]+ {2})?● one student t0/);
    expect(layers).toMatch(/▸1 .*\n│ +2 /);
  });

  test('titles, rows and matrix are those of the layer on display', () => {
    const { panels } = paintScreen(deep, { columns: 120, rows: 40, view: { layer: 3 } });
    expect(panels.get('teachers')).toContain('layer 3');
    expect(panels.get('teachers')).toMatch(/ of 10 specialized/);
    expect(panels.get('curves')).toContain('layer 3');
    expect(panels.get('events')).toMatch(/L\d t\d specialized/);
  });

  test('the layer on display is in view where not all have a row', () => {
    const many = syntheticMessages({ layers: Array.from({ length: 12 }, () => [3, 6] as const), until: 9 });
    const { panels } = paintScreen(stateAfter(many), { columns: 80, rows: 24, view: { layer: 11 } });
    expect(panels.get('layers')).toMatch(/▸11/);
    expect(panels.get('layers')).toMatch(/\d+-11 of 12/);
  });
});

test('below the smallest size there is no layout', () => {
  expect(layoutFor(smallestSize.columns - 1, smallestSize.rows, noContents)).toBeNull();
  expect(layoutFor(smallestSize.columns, smallestSize.rows - 1, noContents)).toBeNull();
});
