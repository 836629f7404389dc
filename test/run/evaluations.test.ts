import { expect, test } from 'vitest';
import type { Engine } from '../../src/engine/engine.js';
import type { Problem } from '../../src/problem/problem.js';
import type { Command } from '../../src/protocol/command.js';
import type { Run } from '../../src/run/run.js';
import { recordRun, trainTo } from '../support/small-run.js';

/** A run whose engine counts how often it is evaluated. */
const countingRun = () => {
  let evaluations = 0;
  const counting = (engine: Engine): Engine => {
    const [evaluate, rebuild] = [engine.evaluate.bind(engine), engine.rebuild.bind(engine)];
    return Object.assign(engine, {
      evaluate: (set: 'train' | 'eval') => {
        evaluations++;
        return evaluate(set);
      },
      rebuild: (problem: Problem) => counting(rebuild(problem)),
    });
  };
  const { run } = recordRun({ regenerateData: true }, { engineFrom: counting });
  const evaluationsOf = (act: (run: Run) => void): number => {
    const before = evaluations;
    act(run);
    return evaluations - before;
  };
  return { run, evaluationsOf };
};

const command = (one: Command) => (run: Run) => run.handle(one);
const noise = command({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.5 } });
const drift = command({ type: 'perturb', perturbation: { kind: 'drift-teacher', scale: 0.1 } });
const undo = command({ type: 'undo' });

const perturbed = (perturb: (run: Run) => void) => {
  const opened = countingRun();
  trainTo(opened.run, 40);
  perturb(opened.run);
  trainTo(opened.run, 57);
  return opened;
};

test.each([
  ['the student', noise],
  ['the teacher', drift],
])('an undo of a change to %s evaluates once, and so does its redo', (_, perturb) => {
  const { run, evaluationsOf } = perturbed(perturb);
  expect(evaluationsOf(undo)).toBe(1);
  trainTo(run, 49);
  expect(evaluationsOf(command({ type: 'redo' }))).toBe(1);
});

test('a rewind evaluates once, at a frame and between two', () => {
  const { run, evaluationsOf } = perturbed(noise);
  expect(evaluationsOf(command({ type: 'rewind', step: 53 }))).toBe(1);
  trainTo(run, 60);
  expect(evaluationsOf(command({ type: 'rewind', step: 20 }))).toBe(1);
});

test('a promotion of the control evaluates once, from its state and from its start', () => {
  const { run, evaluationsOf } = countingRun();
  trainTo(run, 40);
  const start = run.startControl();
  noise(run);
  trainTo(run, 50);
  expect(evaluationsOf(() => run.promoteControl(start))).toBe(1);
  run.startControl();
  noise(run);
  trainTo(run, 60);
  expect(evaluationsOf(() => run.promoteControl(50))).toBe(1);
});

test('a perturbation evaluates once, and once more where it depends on the matches', () => {
  const { run, evaluationsOf } = countingRun();
  trainTo(run, 40);
  expect(evaluationsOf(noise)).toBe(1);
  const kill = command({ type: 'perturb', perturbation: { kind: 'kill-best-match', teacher: 0 } });
  expect(evaluationsOf(kill)).toBe(2);
});

test('a control evaluates once where it starts', () => {
  const { run } = countingRun();
  trainTo(run, 40);
  const start = run.startControl();
  const { run: control, evaluationsOf } = countingRun();
  expect(evaluationsOf(() => control.startFrom(start))).toBe(1);
});
