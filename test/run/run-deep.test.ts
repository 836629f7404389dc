import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createNaiveEngine } from '../../src/engine/naive/naive-engine.js';
import type { MultiLayerOptions } from '../../src/experiment/experiment.js';
import { readLog } from '../../src/log/log-reader.js';
import { LogWriter } from '../../src/log/log-writer.js';
import { prepareRun } from '../../src/problem/prepare.js';
import type { Frame } from '../../src/protocol/frame.js';
import type { Perturbation } from '../../src/protocol/perturbation.js';
import type { RunMessage } from '../../src/protocol/session.js';
import { replay } from '../../src/run/replay/replay.js';
import { Run } from '../../src/run/run.js';
import { deepVariants, normAndImageVariants, smallDeepExperiment } from '../support/deep-problems.js';
import { deterministic, eventsOf, framesOf, trainTo } from '../support/small-run.js';

const open = (options: Partial<MultiLayerOptions> = {}) => {
  const experiment = smallDeepExperiment({ frameEvery: 5, ...options });
  const prepared = prepareRun(experiment);
  const messages: RunMessage[] = [];
  const run = new Run({
    identity: { program: 'teachtop test', preset: 'deep', title: 'Deep', startedAt: '2026-01-01T00:00:00Z' },
    experiment,
    engine: createNaiveEngine(prepared.problem, { precision: 'float64' }),
    prepared,
    threshold: 0.9,
    clock: () => 0,
    publish: (message) => messages.push(message),
  });
  run.start();
  return { run, messages };
};

describe.each(Object.entries({ ...deepVariants, ...normAndImageVariants }))('%s', (_, options) => {
  test('frames have every layer, gradient norms after a step, and do not depend on how steps are cut', () => {
    const [whole, cut] = [open(options), open(options)];
    trainTo(whole.run, whole.run.header.totalSteps);
    trainTo(cut.run, cut.run.header.totalSteps, 2);
    const frames = framesOf(whole.messages);
    expect(framesOf(cut.messages).map(deterministic)).toEqual(frames.map(deterministic));
    const { teacherStrength, studentNodes } = whole.run.header;
    for (const { layers } of frames)
      layers.forEach((layer, l) => {
        expect(layer.correlation).toHaveLength(teacherStrength[l].length);
        expect(layer.correlation[0]).toHaveLength(studentNodes[l]);
        expect(layer.fanOutNorm).toHaveLength(studentNodes[l]);
      });
    expect(frames[0].gradientNorms).toBeUndefined();
    expect(frames[1].gradientNorms?.weights).toHaveLength(studentNodes.length + 1);
    expect(frames[1].topAgreement === undefined).toBe(options.crossEntropy !== true);
    expect(eventsOf(whole.messages).at(-1)).toMatchObject({ event: 'done' });
  });
});

const perturbations: readonly Perturbation[] = [
  { kind: 'noise', scale: 0.5 },
  { kind: 'reinitialize', which: 'unlearned', layer: 1 },
  { kind: 'reinitialize', which: 'idle' },
  { kind: 'reinitialize-best-match', teacher: 2, layer: 1 },
  { kind: 'reinitialize-random', count: 2, layer: 2 },
  { kind: 'kill-best-match', teacher: 2, layer: 2 },
  { kind: 'swap-fan-out', teachers: [0, 1], layer: 1 },
  { kind: 'negate-fan-out', teacher: 1, layer: 1 },
  { kind: 'relative-layer-noise', scale: 0.5, layer: 1 },
];

/** Those that leave the student as it is. */
const conditionChanges: readonly Perturbation[] = [
  { kind: 'drift-teacher', scale: 0.3 },
  { kind: 'swap-strengths', teachers: [0, 2], layer: 1 },
  { kind: 'batch-size', size: 3 },
  { kind: 'scale-inputs', factor: 1.5 },
  { kind: 'freeze', part: 'features' },
  { kind: 'freeze', part: 'top-layer' },
];

describe.each(Object.entries(normAndImageVariants))('%s: perturbed', (_, options) => {
  test('and undone, the run goes on as if nothing had been', () => {
    const [plain, undone] = [open(options), open(options)];
    for (const { run } of [plain, undone]) trainTo(run, 7);
    const layers = undone.run.header.studentNodes.length;
    for (const perturbation of perturbations.filter(
      (each) => !('layer' in each) || (each.layer ?? 0) < layers,
    )) {
      const before = undone.run.frame().stateHash;
      undone.run.handle({ type: 'perturb', perturbation });
      const event = eventsOf(undone.messages).findLast(({ event: name }) => name === 'perturbed');
      expect(event).toMatchObject({ perturbation });
      if (event?.event === 'perturbed' && !event.summary.includes('nothing changed'))
        expect(undone.run.frame().stateHash).not.toBe(before);
      trainTo(undone.run, 9);
      undone.run.handle({ type: 'undo' });
    }
    for (const { run } of [plain, undone]) trainTo(run, 12);
    expect(undone.run.frame().stateHash).toBe(plain.run.frame().stateHash);
  });

  test('under other conditions it learns otherwise, and undone it goes on as if nothing had been', () => {
    const [plain, undone] = [open(options), open(options)];
    for (const { run } of [plain, undone]) trainTo(run, 7);
    const layers = undone.run.header.studentNodes.length;
    for (const perturbation of conditionChanges.filter(
      (each) => !('layer' in each) || (each.layer ?? 0) < layers,
    )) {
      const before = undone.run.frame();
      undone.run.handle({ type: 'perturb', perturbation });
      expect(undone.run.frame().stateHash).toBe(before.stateHash);
      trainTo(undone.run, 9);
      const moved = undone.run.frame();
      trainTo(plain.run, 9);
      expect(moved.stateHash).not.toBe(plain.run.frame().stateHash);
      undone.run.handle({ type: 'undo' });
      expect(undone.run.frame().evalLoss).toBe(before.evalLoss);
    }
    for (const { run } of [plain, undone]) trainTo(run, 12);
    expect(undone.run.frame().stateHash).toBe(plain.run.frame().stateHash);
  });
});

test('killing the best match of a node in an upper layer takes it from that layer only', () => {
  const { run, messages } = open();
  trainTo(run, 20);
  const before = framesOf(messages).at(-1) as Frame;
  const best = before.layers[1].bestStudentOfTeacher[3];
  run.handle({ type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 3, layer: 1 } });
  const after = framesOf(messages).at(-1) as Frame;
  expect(after.layers[1].fanOutNorm[best]).toBe(0);
  expect(after.layers[1].correlation[3][best]).toBe(0);
  expect(after.layers[0].correlation).toEqual(before.layers[0].correlation);
  expect(eventsOf(messages).at(-1)).toMatchObject({ summary: expect.stringContaining('of layer 1') });
});

test('a layer or node that does not exist is refused', () => {
  const { run, messages } = open();
  const wrong: Perturbation[] = [
    { kind: 'kill-best-match', teacher: 0, layer: 3 },
    { kind: 'kill-best-match', teacher: 4 },
  ];
  for (const perturbation of wrong) run.handle({ type: 'perturb', perturbation });
  expect(eventsOf(messages).map((event) => ('summary' in event ? event.summary : ''))).toEqual([
    'there is no hidden layer 3: they go from 0 to 2',
    'there is no teacher node 4: they go from 0 to 3',
  ]);
});

test('the rate follows the schedule; a rate that was set follows its changes', () => {
  const { run, messages } = open({ learningRate: 0.3, learningRateSchedule: { '1': 0.1, '3': 0.05 } });
  trainTo(run, 15);
  run.handle({ type: 'set-learning-rate', learningRate: 0.2 });
  trainTo(run, run.header.totalSteps);
  const changes = eventsOf(messages).filter((event) => event.event === 'learning-rate');
  expect(changes.map(({ step, from, to, cause }) => [step, from, to, cause])).toEqual([
    [7, 0.3, 0.1, 'schedule'],
    [15, 0.1, 0.2, 'key'],
    [21, 0.2, 0.1, 'schedule'],
  ]);
});

test('gradient forms are in the frames where they are asked for', () => {
  const { messages } = open({ gradientForms: true });
  const [frame] = framesOf(messages);
  frame.layers.forEach(({ forms }, l) => {
    const students = frame.layers[l].fanOutNorm.length + 1;
    expect(forms?.betaStudent).toHaveLength(students);
    expect(forms?.betaStudent[0]).toHaveLength(students);
    expect(forms?.hTeacher[0]).toHaveLength(frame.layers[l].correlation.length + 1);
  });
});

test('a log of layers reads back and runs again to the same bits', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'teachtop-deep-'));
  try {
    const { run, messages } = open({ momentum: 0.9, gradientForms: true, regenerateData: true });
    const writer = new LogWriter(
      () => folder,
      run.header,
      () => {},
    );
    writer.start();
    trainTo(run, 12);
    run.handle({ type: 'perturb', perturbation: { kind: 'reinitialize', which: 'unlearned', layer: 2 } });
    trainTo(run, 17);
    run.handle({ type: 'undo' });
    trainTo(run, run.header.totalSteps);
    for (const message of messages)
      if (message.type === 'frame' || message.type === 'event') writer.write(message);
    writer.close();
    const log = await readLog(writer.folder ?? '');
    expect(log.header).toEqual(run.header);
    expect(log.lines).toEqual(messages.filter(({ type }) => type === 'frame' || type === 'event'));
    let frames = 0;
    const choice = { engine: 'naive', precision: 'float64', strict: false } as const;
    for await (const { logged, replayed } of replay(log.header, log.lines, choice, null)) {
      expect(deterministic({ ...replayed, batchLoss: null })).toMatchObject({
        stateHash: logged.stateHash,
        layers: logged.layers,
        evalLoss: logged.evalLoss,
      });
      frames++;
    }
    expect(frames).toBe(framesOf(messages).length);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a dense teacher of one hidden layer can have a node added, without normalization only', () => {
  const add = { type: 'perturb', perturbation: { kind: 'add-teacher-node', strength: 2 } } as const;
  const { run, messages } = open({ hidden: [5], c: 3 });
  trainTo(run, 10);
  run.handle(add);
  trainTo(run, run.header.totalSteps);
  const last = framesOf(messages).at(-1);
  expect(last?.layers[0].correlation).toHaveLength(6);
  expect(last?.teacherStrength?.[0][5]).toBeCloseTo(2, 12);
  const normalized = open({ hidden: [5], c: 3, teacherBatchNorm: true });
  normalized.run.handle(add);
  expect(eventsOf(normalized.messages).at(-1)).toMatchObject({ event: 'refused' });
});
