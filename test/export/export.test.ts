import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import xterm from '@xterm/headless';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { TwoLayerOptions } from '../../src/experiment/experiment.js';
import { asciicast } from '../../src/export/asciicast.js';
import { createCrc32c } from '../../src/export/crc32c.js';
import { eventsCsv, longCsv } from '../../src/export/csv.js';
import { courseOf } from '../../src/export/logged-course.js';
import { tensorboardEvents } from '../../src/export/tensorboard.js';
import { wideCsv } from '../../src/export/wide-csv.js';
import { readSafetensors } from '../../src/files/tensors/safetensors.js';
import { LogIndex } from '../../src/log/log-index.js';
import { LogWriter } from '../../src/log/log-writer.js';
import { everyArray } from '../../src/net/network.js';
import type { RunEvent } from '../../src/protocol/event.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Header } from '../../src/protocol/header.js';
import { predictedOf } from '../../src/protocol/series/run-series.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { weightsAt } from '../../src/run/replay/weights-at.js';
import type { Run } from '../../src/run/run.js';
import { initialState, reduce } from '../../src/store/state.js';
import { statementsOverRun } from '../../src/store/statements/statements-over-run.js';
import { paintPanels } from '../../src/ui/dashboard/painted-grid.js';
import { smallDeepExperiment } from '../support/deep-problems.js';
import { pythonWith } from '../support/outside.js';
import { runHere } from '../support/program-here.js';
import { recordExperiment, recordRun, trainTo } from '../support/small-run.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-export-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const isLogged = (message: RunMessage): message is Frame | RunEvent =>
  message.type === 'frame' || message.type === 'event';

/** The log of a run with a perturbation and an undo. */
const logged = (options: TwoLayerOptions = {}) => {
  const { run, messages } = recordRun(options);
  trainTo(run, 40);
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
  trainTo(run, 70);
  run.handle({ type: 'undo' });
  trainTo(run, 100);
  return { run, ...loggedRun(run, messages) };
};

/** The log of a run that has been recorded. */
const loggedRun = (run: Run, messages: readonly RunMessage[]) => {
  const lines = messages.filter(isLogged);
  const writer = new LogWriter(
    () => folder,
    run.header,
    () => {},
  );
  writer.start();
  for (const line of lines) writer.write(line);
  writer.close();
  const frames = lines.filter((line) => line.type === 'frame');
  const index = new LogIndex(writer.folder ?? '');
  index.grow();
  return { index, lines, frames, path: writer.folder ?? '' };
};

/** Rows of a CSV file without quotes, by column name. */
const rowsOf = (text: string): Record<string, string>[] => {
  const [heading, ...rows] = text
    .trimEnd()
    .split('\r\n')
    .map((line) => line.split(','));
  return rows.map((cells) => {
    expect(cells.length).toBe(heading.length);
    return Object.fromEntries(heading.map((name, at) => [name, cells[at]]));
  });
};

describe('CSV', () => {
  test('wide: a frame a row, every number as in the log', () => {
    const { index, frames } = logged();
    const rows = rowsOf([...wideCsv(index)].join(''));
    expect(rows.length).toBe(frames.length);
    rows.forEach((row, at) => {
      const frame = frames[at];
      expect(Number(row.eval_loss)).toBe(frame.evalLoss);
      expect(Number(row['best_match.0.3'])).toBe(frame.layers[0].bestMatchOfTeacher[3]);
      expect(row.batch_loss_mean).toBe(frame.batchLoss ? String(frame.batchLoss.mean) : '');
      expect(row.state_hash).toBe(frame.stateHash);
    });
  });

  test('tells the courses before and after an undo apart', () => {
    const { index, lines } = logged();
    const undone = lines.findIndex((line) => line.type === 'event' && line.event === 'undone');
    const expected = lines.flatMap((line, at) => (line.type === 'frame' ? [at > undone ? '1' : '0'] : []));
    expect(rowsOf([...wideCsv(index)].join('')).map(({ branch }) => branch)).toEqual(expected);
    expect(new Set(expected).size).toBe(2);
    const ofLoss = rowsOf([...longCsv(index)].join('')).filter(({ metric }) => metric === 'eval_loss');
    expect(ofLoss.map(({ branch }) => branch)).toEqual(expected);
  });

  test('long: a value a row, correlations of every pair too', () => {
    const { index, frames } = logged();
    const rows = rowsOf([...longCsv(index)].join(''));
    const found = rows.filter(
      ({ metric, teacher, student }) => metric === 'correlation' && teacher === '2' && student === '7',
    );
    expect(found.map(({ value }) => Number(value))).toEqual(
      frames.map(({ layers }) => layers[0].correlation[2][7]),
    );
    const norms = rows.filter(({ metric, step }) => metric === 'fan_out_norm' && step === '100');
    expect(norms.map(({ value }) => Number(value))).toEqual(frames.at(-1)?.layers[0].fanOutNorm);
  });

  test('long: order parameters of a soft committee machine', () => {
    const committee = { onlineSamples: true, noBias: true, secondLayer: 1, batchSize: 2, m: 2, multi: 1 };
    const { index, frames } = logged({ ...committee, activation: 'erf' });
    const order = frames.at(-1)?.orderParameters;
    const last = rowsOf([...longCsv(index)].join('')).filter(({ step }) => step === '100');
    const of = (metric: string): number[] =>
      last.filter((row) => row.metric === metric).map(({ value }) => Number(value));
    expect(of('order_q.1')).toEqual(order?.q.map((row) => row[1]));
    expect(of('order_r')).toEqual(order?.r.flat());
    expect(of('predicted_r')).toEqual(predictedOf(frames[frames.length - 1])?.r.flat());
    expect(of('order_t.0')).toEqual(order?.t.map((row) => row[0]));
    expect(of('closed_form_loss')).toEqual([order?.loss]);
  });

  test('wide: a column for each number that the run was asked for, and for no other', () => {
    const committee = { onlineSamples: true, noBias: true, secondLayer: 1, batchSize: 2, m: 2, multi: 1 };
    const asked = { statements: true, richness: true, curvatureEvery: 2 };
    const { index, frames } = logged({ ...committee, ...asked });
    const rows = rowsOf([...wideCsv(index)].join(''));
    const judged = statementsOverRun(index.header, frames, index.header.threshold);
    expect(judged.length).toBe(frames.length);
    rows.forEach((row, at) => {
      const { curvature, richness, orderParameters: order, layers } = frames[at];
      const eigenvalue = typeof curvature === 'object' ? String(curvature.largest.value) : '';
      expect(row.hessian_largest).toBe(eigenvalue);
      expect(row['distance_from_start.1']).toBe(String(richness?.distance[1]));
      expect(row['order_q.1.0']).toBe(String(order?.q[1][0]));
      expect(row['order_r.1.0']).toBe(String(order?.r[1][0]));
      expect(row['order_t.0.1']).toBe(String(order?.t[0][1]));
      expect(row['predicted_r.0.1']).toBe(String(predictedOf(frames[at])?.r[0][1] ?? ''));
      expect(row['match_count.0.1']).toBe(
        String(layers[0].correlation[1].filter((value) => value >= 0.9).length),
      );
      const { statements, census, theory } = judged[at];
      expect(row.verdict_fan_out).toBe(statements.find(({ id }) => id === 'fan-out')?.verdict);
      expect(row.statement_form).toBe(String(statements.find(({ id }) => id === 'form')?.value));
      expect(row.nodes_on_its_way).toBe(String(census['on its way']));
      expect(row['loss_part.1']).toBe(String(theory.teachers[1].loss));
    });
    const plain = Object.keys(rowsOf([...wideCsv(logged().index)].join(''))[0]);
    expect(
      plain.filter((name) => /^(order|predicted|hessian|verdict|nodes|distance|label)/.test(name)),
    ).toEqual([]);
  });

  test('wide and long: classes', () => {
    const { run, messages } = recordExperiment(
      smallDeepExperiment({ crossEntropy: true, classCounts: true }),
    );
    trainTo(run, 10);
    const { index, frames } = loggedRun(run, messages);
    const rows = rowsOf([...wideCsv(index)].join(''));
    const { classes, topAgreement } = frames[frames.length - 1];
    const last = rows[rows.length - 1];
    expect(classes?.student.reduce((sum, count) => sum + count, 0)).toBe(run.header.experiment.evalSize);
    expect(classes?.student.map((_, at) => last[`class_count_student.${at}`])).toEqual(
      classes?.student.map(String),
    );
    expect(last.top_1_agreement).toBe(String(topAgreement?.[0]));
    const long = rowsOf([...longCsv(index)].join(''));
    expect(long.findLast(({ metric }) => metric === 'class_count_teacher.1')?.value).toBe(
      String(classes?.teacher[1]),
    );
  });

  test('long: how many student nodes match each teacher node from 0.9 on', () => {
    const { index, frames } = logged();
    const rows = rowsOf([...longCsv(index)].join('')).filter(({ metric }) => metric === 'match_count');
    const expected = frames.flatMap(({ layers }) =>
      layers.flatMap(({ correlation }) =>
        correlation.map((row) => row.filter((value) => value >= 0.9).length),
      ),
    );
    expect(rows.map(({ value }) => Number(value))).toEqual(expected);
    expect(Math.max(...expected)).toBeGreaterThan(0);
  });

  test('events: what happened, quoted where it has commas', () => {
    const { index, lines } = logged();
    const text = [...eventsCsv(index)].join('');
    expect(text).toMatch(/^step,event,to_step,layer,teacher,student,detail,branch\r\n/);
    expect(text.trimEnd().split('\r\n').length).toBe(1 + lines.filter(({ type }) => type === 'event').length);
    expect(text).toMatch(/^70,undone,40,,,,undid: noise of 0\.5x RMS on \d+ weights,1\r$/m);
  });
});

describe('TensorBoard', () => {
  test('the checksum is CRC-32C', () => {
    const crc32c = createCrc32c();
    expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
    expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  });

  const python = pythonWith();

  test.skipIf(python === undefined)('a reader of its own finds every scalar in sound records', () => {
    const { index, frames } = logged();
    const file = join(folder, 'events');
    writeFileSync(file, Buffer.concat([...tensorboardEvents(index)]));
    const script = join(import.meta.dirname, '..', 'support', 'read_tfevents.py');
    const events: { step: number; start?: boolean; scalars: Record<string, number> }[] = JSON.parse(
      execFileSync(python ?? '', [script, file], { encoding: 'utf8' }),
    );
    expect(events[0]).toMatchObject({ version: 'brain.Event:2' });
    const read = events.slice(1).filter(({ start }) => !start);
    const starts = events.filter(({ start }) => start);
    expect(starts.map(({ step }) => step)).toEqual([40]);
    expect(read.map(({ step }) => step)).toEqual(frames.map(({ step }) => step));
    read.forEach(({ scalars }, at) => {
      expect(scalars['loss/eval']).toBe(Math.fround(frames[at].evalLoss));
      expect(scalars['best_match/layer_0/teacher_4']).toBe(
        Math.fround(frames[at].layers[0].bestMatchOfTeacher[4]),
      );
    });
  });
});

describe('the course of a log', () => {
  /** Steps of what a reader has that forgets what it is told to. */
  const kept = (messages: readonly RunMessage[], header: Header): number[] => {
    const writer = new LogWriter(
      () => folder,
      header,
      () => {},
    );
    writer.start();
    for (const line of messages.filter(isLogged)) writer.write(line);
    writer.close();
    const index = new LogIndex(writer.folder ?? '');
    index.grow();
    let steps: number[] = [];
    for (const item of courseOf(index)) {
      if (item.kind === 'left') steps = steps.filter((step) => step < item.fromStep);
      else steps.push(item.frame.step);
    }
    index.close();
    return steps;
  };
  const tens = (to: number): number[] => Array.from({ length: to / 10 + 1 }, (_, k) => 10 * k);

  test('forgets what undo and rewind left, and has again what a redo brings back', () => {
    const { run, messages } = recordRun();
    trainTo(run, 40);
    run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
    trainTo(run, 70);
    expect(kept(messages, run.header)).toEqual([...tens(40), 40, 50, 60, 70]);
    run.handle({ type: 'undo' });
    expect(kept(messages, run.header)).toEqual(tens(40));
    run.handle({ type: 'redo' });
    expect([...new Set(kept(messages, run.header))]).toEqual(tens(70));
    run.handle({ type: 'rewind', step: 20 });
    trainTo(run, 50);
    expect(kept(messages, run.header)).toEqual(tens(50));
  });

  test('has the frame at which a control started that is promoted further on', () => {
    const { run, messages } = recordRun();
    trainTo(run, 40);
    const control = recordRun().run;
    control.startFrom(run.startControl());
    trainTo(run, 70);
    trainTo(control, 60);
    run.promoteControl(control.takeSnapshot());
    expect(kept(messages, run.header)).toEqual([...tens(40), 60]);
  });

  test('begins again where the steps of a log go back by themselves', () => {
    const { run, messages } = recordRun();
    trainTo(run, 60);
    const again = recordRun().messages;
    expect(kept([...messages, ...again], run.header)).toEqual([0]);
  });
});

test('an asciicast ends on the screen that the dashboard would show', async () => {
  const { index, lines } = logged();
  const [first, ...rest] = [...asciicast(index, { columns: 80, rows: 24, framesPerSecond: 10 })].map(
    (line): unknown => JSON.parse(line),
  );
  expect(first).toMatchObject({ version: 2, width: 80, height: 24, title: 'Small' });
  const events = rest as [number, string, string][];
  expect(events.map(([at]) => at)).toEqual(events.map(([at]) => at).sort((a, b) => a - b));
  expect(events.filter(([, kind]) => kind === 'm').map(([, , text]) => text)).toEqual([
    expect.stringContaining('noise'),
    expect.stringContaining('undid'),
  ]);
  const terminal = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true });
  for (const [, kind, text] of events)
    if (kind === 'o') await new Promise<void>((resolve) => terminal.write(text, resolve));
  const screen = Array.from({ length: 24 }, (_, y) =>
    terminal.buffer.active.getLine(y)?.translateToString(true),
  );
  const watched = { type: 'log', state: 'watched', path: index.file, reason: '' } as const;
  const state = lines.reduce(reduce, reduce(reduce(initialState, watched), index.header));
  expect(screen.map((line) => line?.trimEnd())).toEqual(
    paintPanels(state, 80, 24, 'utf8')?.lines.map((line) => line.trimEnd()),
  );
});

test('weights are those of the run, at the end or at a frame', async () => {
  const { index, lines, run } = logged();
  const reached: number[] = [];
  const end = await weightsAt(index.header, lines, null, (step) => reached.push(step));
  expect(reached.at(-1)).toBe(end.step);
  expect(everyArray(end.student)).toEqual(everyArray(run.takeSnapshot().engine.student));
  const at = lines.findLastIndex((line) => line.type === 'frame' && line.step === 30);
  const earlier = await weightsAt(index.header, lines.slice(0, at + 1), null);
  expect(earlier.step).toBe(30);
  expect(everyArray(earlier.student)).not.toEqual(everyArray(end.student));
});

describe('the command', () => {
  const run = async (...args: string[]) => {
    const { code, out, errors } = await runHere(folder, ['export', ...args]);
    return { status: code, stdout: out, stderr: errors };
  };

  test('writes beside the log, whole, and never over a file', async () => {
    const { path } = logged();
    for (const [format, name] of [
      ['csv', 'long.csv'],
      ['csv-wide', 'wide.csv'],
      ['csv-events', 'events.csv'],
      ['csv-statements', 'statements.csv'],
      ['asciicast', 'run.cast'],
      ['safetensors', 'weights.safetensors'],
      ['tensorboard', `events.out.tfevents.1767225600.${basename(path)}`],
    ]) {
      const { status, stdout, stderr } = await run(path, '--to', format);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout.trim()).toBe(join(path, name));
      expect(existsSync(join(path, name))).toBe(true);
    }
    expect(await run(path, '--to', 'csv')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('there already'),
    });
    const tensors = readSafetensors(readFileSync(join(path, 'weights.safetensors')), 'weights');
    expect(tensors.get('student.ws_linear.0.weight')?.shape).toEqual([15, 8]);
  });

  test('makes the folder that --out names with a slash at its end', async () => {
    const { path } = logged();
    const made = join(folder, 'new', 'deeper');
    const { status, stdout } = await run(path, '--to', 'csv-wide', '--out', `${made}/`);
    expect([status, stdout.trim()]).toEqual([0, join(made, 'wide.csv')]);
    expect(existsSync(join(made, 'wide.csv'))).toBe(true);
  });

  test('prints with --out=-', async () => {
    const { path } = logged();
    const { status, stdout } = await run(path, '--to', 'csv-wide', '--out=-');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^step,epoch,train_loss/);
  });

  test.each([
    [[], /got 0 runs/],
    [['PATH'], /--to: got nothing, allowed: csv, csv-wide/],
    [['PATH', '--to', 'cvs'], /--to: got "cvs"/],
    [['nowhere', '--to', 'csv'], /no such file, and no runs in/],
    [['PATH', '--to', 'safetensors', '--step', '31'], /--step: got 31, allowed: the step of a frame/],
    [['PATH', '--to', 'asciicast', '--size', '10x10'], /--size: got "10x10", allowed: 40x12 to 400x200/],
    [['PATH', '--to', 'csv', '--out', '/nowhere/at/all.csv'], /cannot be written/],
  ] as const)('with %j is refused in a line', async (args, reason) => {
    const { path } = logged();
    const { status, stdout, stderr } = await run(...args.map((arg) => (arg === 'PATH' ? path : arg)));
    expect([status, stdout, stderr.trim().split('\n').length]).toEqual([2, '', 1]);
    expect(stderr).toMatch(reason);
  });
});
