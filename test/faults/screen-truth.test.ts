import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { logFileName, logLine } from '../../src/log/log-file.js';
import { LogIndex } from '../../src/log/log-index.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Header } from '../../src/protocol/header.js';
import { LogTimeline } from '../../src/session/log-timeline.js';
import { DashboardModel } from '../../src/ui/dashboard/dashboard-model.js';
import type { ModelOptions } from '../../src/ui/dashboard/model-options.js';
import { keyTable } from '../../src/ui/screen/keys.js';
import { compact, duration, epochs, grouped, loss, rate, shortStep } from '../../src/words/numbers.js';
import { idleSession } from '../support/idle-session.js';
import { type Moment, momentOf } from '../support/log-reckoning.js';
import { patienceMs } from '../support/patience.js';
import { usualPreferences } from '../support/preferences.js';
import { RandomCourse } from '../support/random-course.js';
import { panelTexts, teacherRows } from '../support/screen-numbers.js';
import { randomNumbers, scale, tell } from './scale.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-truth-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const sizes = [
  [160, 50],
  [100, 30],
  [80, 24],
  [80, 16],
] as const;

const openModel = (
  [columns, rows]: readonly [number, number],
  more: Partial<ModelOptions> = {},
): DashboardModel => {
  const model = new DashboardModel({
    ...{
      session: idleSession(),
      presets: () => [],
      preferences: usualPreferences,
      onPreferences: () => {},
      keys: keyTable,
    },
    shell: { quit: () => {}, suspend: () => {}, repaint: () => {}, setPace: () => {} },
    clock: () => 0,
    ...{ columns, rows },
    ...more,
  });
  // Time in steps, as the log has it.
  model.press('e');
  return model;
};

/** What a number on the screen says, and what the log has; both as texts. */
type Compared = readonly [what: string, shown: unknown, logged: unknown];

const between = (text: string, before: string): string =>
  new RegExp(`${before} *([^ ]+)`).exec(text)?.[1] ?? `nothing after "${before}"`;

const headerNumbers = (lines: readonly string[], header: Header, moment: Moment): Compared[] => {
  const text = lines.join('\n');
  const { frame, learningRate } = moment;
  const { stepsPerEpoch } = header.experiment;
  const isNow = / RUN /.test(text) && !/ (?:LOG|PAST) frame | FROZEN /.test(text);
  const speed = isNow ? frame.stepsPerSecond : frame.step / frame.trainingSeconds;
  return [
    ['epoch', between(text, 'epoch').split('/')[0], epochs(Math.floor(frame.step / stepsPerEpoch))],
    ['step', between(text, ' step'), grouped(frame.step)],
    ['share', /(\d+)%/.exec(text)?.[1], String(Math.floor((100 * frame.step) / (header.totalSteps ?? 0)))],
    [
      'speed',
      /(\S+ steps\/s \S+)/.exec(text)?.[1],
      `${speed > 0 && Number.isFinite(speed) ? compact(speed) : '-'} steps/s ${isNow ? 'now' : 'mean'}`,
    ],
    ['time', /steps\/s \S+ {2}(\S+)/.exec(text)?.[1], duration(frame.trainingSeconds)],
    ['rate', between(text, 'lr'), rate(learningRate)],
  ];
};

const lossNumbers = ([title]: readonly string[], { frame }: Moment, control: Frame | null): Compared[] => {
  const ofControl = /control (\d\S+|not finite)/.exec(title)?.[1];
  return [
    // A narrow title beside a control leaves it out.
    ...(/ train /.test(title)
      ? ([['training loss', between(title, 'train'), loss(frame.trainLoss)]] as const)
      : []),
    ['evaluation loss', between(title, 'eval'), loss(frame.evalLoss)],
    ...(ofControl === undefined
      ? []
      : ([['loss of the control', ofControl, control ? loss(control.evalLoss) : 'none']] as const)),
  ];
};

/** A rounded correlation is near the logged one, and on its side of the threshold. */
const isRounded = (shown: string, value: number, threshold: number): boolean => {
  if (!Number.isFinite(value)) return shown === '-';
  const read = Number(shown.replace('-.', '-0.'));
  return Math.abs(read - value) <= 1.5e-3 && read > threshold === value > threshold;
};

const differenceOf = (frame: Frame, control: Frame | null, layer: number, node: number): string => {
  if (!control) return '-';
  if (control.stateHash === frame.stateHash && Object.is(control.evalLoss, frame.evalLoss)) return '=';
  const by = frame.layers[layer].bestMatchOfTeacher[node] - control.layers[layer].bestMatchOfTeacher[node];
  // What rounds to nothing has no minus.
  return Number.isFinite(by) ? `${Number(by.toFixed(3)) < 0 ? '-' : '+'}${Math.abs(by).toFixed(3)}` : '-';
};

const teacherNumbers = (
  panel: readonly string[],
  { frame, threshold, teacherStrength, since, owners }: Moment,
  layer: number,
  control: Frame | null,
): Compared[] => {
  const matches = frame.layers[layer].bestMatchOfTeacher;
  const count = matches.filter((best) => best > threshold).length;
  const [, shown, all, at] = /(\d+)(?: of |\/)(\d+)(?: specialized)? at ([\d.]+)/.exec(panel[0]) ?? [];
  return [
    // A narrow title has no room for it.
    ...(shown === undefined
      ? []
      : ([
          ['count', `${shown} of ${all} at ${at}`, `${count} of ${matches.length} at ${threshold}`],
        ] as const)),
    ...teacherRows(panel).flatMap(({ node, strength, best, difference, since: from, by }): Compared[] => {
      const logged = since[layer][node];
      return [
        ...(strength === null
          ? []
          : ([['strength', strength, teacherStrength[layer][node].toPrecision(3).slice(0, 5)]] as const)),
        [`best match ${best} of ${matches[node]}`, isRounded(best, matches[node], threshold), true],
        ...(difference === null
          ? []
          : ([['vs ctl', difference, differenceOf(frame, control, layer, node)]] as const)),
        ...(from === null ? [] : ([['since', from, logged === null ? '-' : shortStep(logged)]] as const)),
        ...(by === null ? [] : ([['by', by, `s${owners[layer][node]}`]] as const)),
      ];
    }),
  ];
};

const layerNumbers = (panel: readonly string[], moment: Moment): Compared[] =>
  panel.flatMap((line): Compared[] => {
    const row = /^(?:│ )?[▸ ](\d)\s+(?:(-?[\d.]+) )?\s*(?:(-?[\d.]+) )?\s*\d+ ●/.exec(line);
    if (!row) return [];
    const [, index, mean, least] = row;
    const { frame, threshold } = moment;
    const best = frame.layers[Number(index)].bestMatchOfTeacher;
    const average = best.reduce((sum, value) => sum + value, 0) / best.length;
    return [
      ...(mean === undefined
        ? []
        : ([[`mean ${mean}`, Math.abs(Number(mean.replace('-.', '-0.')) - average) <= 6e-4, true]] as const)),
      ...(least === undefined
        ? []
        : ([[`least ${least}`, isRounded(least, Math.min(...best), threshold), true]] as const)),
      ...countNumbers(line, moment, Number(index)),
    ];
  });

/** Numbers in a list, "4-7" for four of them. */
const listed = (list: string): number[] =>
  list
    .replace(/,$/, '')
    .split(',')
    .flatMap((part) => {
      const [from, to = from] = part.split('-').map(Number);
      return Array.from({ length: to - from + 1 }, (_, at) => from + at);
    });

/** The nodes of a list, which begins with its sign, perhaps a word for it, and a "t". */
const nodesAfter = (text: string, signs: string): number[] =>
  [...text.matchAll(new RegExp(`[${signs}] (?:[a-z ]+ )?t(\\d[-\\d, ]*)`, 'g'))]
    .flatMap(([, list]) => listed(list.replaceAll(' ', '')))
    .toSorted((a, b) => a - b);

/** Student nodes above the threshold of each teacher node. */
const learnersOf = ({ frame, threshold }: Moment, layer: number): number[] => {
  const { correlation, bestMatchOfTeacher, bestStudentOfTeacher } = frame.layers[layer];
  return correlation.map((row, node) =>
    row.reduce((count, rounded, student) => {
      const value = student === bestStudentOfTeacher[node] ? bestMatchOfTeacher[node] : rounded;
      return count + (value > threshold ? 1 : 0);
    }, 0),
  );
};

const nodesWith = (learners: readonly number[], isMeant: (count: number) => boolean): number[] =>
  [...learners.keys()].filter((node) => isMeant(learners[node]));

/** What the title of the matrix says of teacher nodes that are not learned, all standings together. */
const unlearnedNumbers = ([title]: readonly string[], moment: Moment, layer: number): Compared[] => {
  const unlearned = nodesWith(learnersOf(moment, layer), (count) => count === 0);
  const lists = nodesAfter(title, '◐×○');
  const counts = [...title.matchAll(/(\d+) [◐×○]/g)].map(([, count]) => Number(count));
  if (lists.length > 0) return [['unlearned', lists, unlearned]];
  if (counts.length === 0) return [];
  return [['unlearned in all', counts.reduce((sum, count) => sum + count), unlearned.length]];
};

/** How many teacher nodes of a layer have each standing, as a line counts them: "3 ● one student  7 ◆ several". */
const countNumbers = (line: string, moment: Moment, layer: number): Compared[] => {
  const learners = learnersOf(moment, layer);
  const counted = (signs: string): number =>
    [...line.matchAll(new RegExp(`(\\d+) [${signs}]`, 'g'))].reduce((sum, [, count]) => sum + +count, 0);
  return [
    ['number learned by one', counted('●'), nodesWith(learners, (count) => count === 1).length],
    ['number learned by several', counted('◆'), nodesWith(learners, (count) => count > 1).length],
    ['number not learned', counted('◐×○'), nodesWith(learners, (count) => count === 0).length],
  ];
};

/** The summary of the table of teacher nodes. */
const censusNumbers = (panel: readonly string[], moment: Moment, layer: number): Compared[] => {
  const line = panel.find((each) => /^(│ )?\d+ [●◆◐×○]/.test(each));
  return line === undefined ? [] : countNumbers(line, moment, layer);
};

/** The lists of learned nodes below the rows of layers that are not on display, as far as they are whole. */
const learnedOfLayers = (panel: readonly string[], moment: Moment): Compared[] => {
  const [, ...layers] = panel.join('\n').split(/\n(?:│ )?[▸ ](?=\d .*\d ●)/);
  return layers.flatMap((text): Compared[] => {
    const [, ...lines] = text.split('\n');
    const lists = lines.join(' ').replaceAll('│', ' ').replace(/ +/g, ' ');
    if (!/[●◆] (?:[a-z ]+ )?t\d/.test(lists) || / more/.test(lists)) return [];
    return learnedNumbers(lists, moment, Number(text[0]));
  });
};

/** Lists of learned nodes: those of several student nodes with their number, "t6◆2 7◆3", and those of one. */
const learnedNumbers = (lists: string, moment: Moment, layer: number): Compared[] => {
  const learners = learnersOf(moment, layer);
  const counted = [...lists.matchAll(/(\d+)◆(\d+)/g)].map(([, node, count]) => [+node, +count]);
  return [
    ['learned by several', counted, [...learners.entries()].filter(([, count]) => count > 1)],
    ['learned by one', nodesAfter(lists, '●'), nodesWith(learners, (count) => count === 1)],
  ];
};

/** The lists of all teacher nodes. */
const listNumbers = (panel: readonly string[], moment: Moment, layer: number): Compared[] => {
  if (panel.length === 0) return [];
  const text = panel.join(' ').replace(/ +/g, ' ');
  return [
    ...learnedNumbers(text, moment, layer),
    ['not learned', nodesAfter(text, '◐×○'), nodesWith(learnersOf(moment, layer), (count) => count === 0)],
  ];
};

/** Every number on the screen beside the log's; `control`: the control's frame at the step of the moment. */
const compared = (
  model: DashboardModel,
  header: Header,
  moment: Moment,
  control: Frame | null,
): Compared[] => {
  const panels = panelTexts(model);
  const { layer } = model.view;
  return [
    ...headerNumbers(panels.get('header') ?? [], header, moment),
    ...lossNumbers(panels.get('loss') ?? [], moment, control),
    ...teacherNumbers(panels.get('teachers') ?? [], moment, layer, control),
    ...layerNumbers(panels.get('layers') ?? [], moment),
    ...learnedOfLayers(panels.get('layers') ?? [], moment),
    ...unlearnedNumbers(panels.get('matrix') ?? [''], moment, layer),
    ...censusNumbers(panels.get('teachers') ?? [], moment, layer),
    ...listNumbers(panels.get('overview') ?? [], moment, layer),
    [
      'control is the same',
      /CONTROL IDENTICAL/.test(panels.get('header')?.[0] ?? ''),
      identical(moment, control, panels.get('header')?.[0] ?? ''),
    ],
  ];
};

/** Where the screen says that run and control are identical they are, at the step on display. */
const identical = ({ frame }: Moment, control: Frame | null, header: string): boolean =>
  /CONTROL IDENTICAL/.test(header) && control?.stateHash === frame.stateHash;

const pressSome = (model: DashboardModel, random: () => number, keys: readonly string[]): void => {
  for (let presses = Math.floor(random() * 4); presses > 0; presses--)
    model.press(keys[Math.floor(random() * keys.length)]);
};

/** The dashboard of a course that goes on, and what a look at it compares. */
class LiveMoments {
  readonly course: RandomCourse;
  readonly #model: DashboardModel;
  readonly #controls: Frame[] = [];
  rewinds = 0;
  /** Lines of the log when the view was frozen. */
  #frozenAt = 0;

  constructor(seed: number, random: () => number) {
    const model = openModel(sizes[Math.floor(random() * sizes.length)], {
      session: idleSession({
        send: (command) => {
          if (command.type === 'rewind') this.course.run.handle(command);
        },
      }),
    });
    this.#model = model;
    this.course = new RandomCourse(seed, random, (message) => {
      if (message.type === 'control-frame') this.#controls.push(message.frame);
      model.receive(message);
    });
  }

  /** Looks about, at the present, back, or at a frozen view, and compares. */
  check(random: () => number): void {
    const { header } = this.course.run;
    const wasFrozen = this.#model.view.frozen;
    pressSome(this.#model, random, [',', ',', '{', '.', '}', ']', '[', 'f', 'end']);
    const { frozen } = this.#model.view;
    if (frozen !== wasFrozen) this.#frozenAt = this.course.lines.length;
    const { state } = this.#model.scene;
    const { frame, control: beside } = state;
    if (!frame) throw new Error('a run that has started shows a frame');
    const lines = state === frozen ? this.course.lines.slice(0, this.#frozenAt) : this.course.lines;
    // In the past there may be a control that has been dropped since.
    const control = this.#controls.find(
      (one) => one === beside?.compared?.control && one.step === frame.step,
    );
    const shownControl = control && beside?.compared?.run === frame ? control : null;
    const moment = momentOf(header, lines, frame);
    for (const [what, shown, logged] of compared(this.#model, header, moment, shownControl))
      expect(shown, `${what} at step ${frame.step}`).toEqual(logged);
    if (random() < 0.2 && this.#model.view.past) this.#checkRewind(frame);
    else if (random() < 0.7) this.#model.press('escape');
  }

  /** A rewind leads to the very frame on display, or says why it cannot. */
  #checkRewind(frame: Frame): void {
    const before = this.course.lines.length;
    this.#model.press('b');
    const { notice } = this.#model.outline;
    const now = this.course.lines.slice(before).find((line) => line.type === 'frame');
    if (notice !== '')
      expect([notice, now]).toEqual([expect.stringContaining('a course that the run has left'), undefined]);
    else {
      const there = ({ step, stateHash, evalLoss, learningRate }: Frame) => [
        step,
        stateHash,
        evalLoss,
        learningRate,
      ];
      expect(now && there(now), `rewound to step ${frame.step}`).toEqual(there(frame));
      this.rewinds++;
    }
  }
}

const checkWatch = (course: RandomCourse, random: () => number, moments: number): number => {
  const { header } = course.run;
  const path = join(folder, logFileName);
  writeFileSync(path, [header, ...course.lines].map(logLine).join(''));
  const index = new LogIndex(path);
  const log = new LogTimeline(index);
  log.follow();
  const model = openModel(sizes[Math.floor(random() * sizes.length)], { log });
  model.receive(index.header);
  const frames = course.lines.filter((line: Frame | RunEvent) => line.type === 'frame');
  for (let moment = 0; moment < moments; moment++) {
    model.press('tab');
    pressSome(model, random, [',', ',', '{', '{', '.', '}', ']', '[']);
    const frame = frames[model.view.past?.index ?? frames.length - 1];
    for (const [what, shown, logged] of compared(model, header, momentOf(header, course.lines, frame), null))
      expect(shown, `watch: ${what} at step ${frame.step}`).toEqual(logged);
  }
  index.close();
  return moments;
};

test(
  `every number on the screen is the log's, ${scale.moments} moments of random courses, seed ${scale.seed}`,
  () => {
    const random = randomNumbers(scale.seed);
    let [live, watched, courses, rewinds] = [0, 0, 0, 0];
    while (live + watched < scale.moments) {
      const moments = new LiveMoments(courses++, random);
      for (let action = 0; action < 40; action++) {
        moments.course.act();
        if (random() < 0.5) continue;
        moments.check(random);
        live++;
      }
      rewinds += moments.rewinds;
      watched += checkWatch(moments.course, random, 20);
    }
    expect(rewinds).toBeGreaterThan(0);
    tell(
      `screen: ${live} moments live and ${watched} in watch on ${courses} random courses, every number the log's; ${rewinds} rewinds to the frame on display`,
    );
  },
  patienceMs * 4,
);
