import { expect, test } from 'vitest';
import { compact } from '../../src/words/numbers.js';
import { PlainLines } from '../../src/words/plain-lines.js';
import { RunSummary } from '../../src/words/run-summary.js';
import { recordRun, trainTo } from '../support/small-run.js';

test('the summary has the mean speed of the steps and the time beside it, after a jump too', () => {
  const { run, messages } = recordRun();
  trainTo(run, 60);
  run.handle({ type: 'rewind', step: 20 });
  const summary = new RunSummary();
  for (const message of messages) summary.receive(message);
  const frame = messages.findLast((message) => message.type === 'frame');
  const mean = compact(20 / (frame?.trainingSeconds ?? Number.NaN));
  expect(summary.parts(null)[0]).toMatch(
    new RegExp(`20 of 100 steps in 0s, ${mean.replace('.', '\\.')} steps/s mean$`),
  );
});

test('a run that is left before its first frame is named, where none ran before it', () => {
  const { run, messages } = recordRun();
  trainTo(run, 20);
  const summary = new RunSummary();
  expect(summary.unstarted(null)).toBe('');
  summary.receive({ type: 'starting', title: 'Small', stage: 'compiling' });
  expect(summary.unstarted(null)).toBe('Small: left before its first frame · log not recorded');
  for (const message of messages) summary.receive(message);
  expect(summary.unstarted(null)).toBe('');
});

test('a run reads as a header, a frame at most every interval, every event, and a summary', () => {
  const { run, messages } = recordRun({ epochs: 40, learningRate: 0.3 });
  trainTo(run, 20);
  run.handle({ type: 'perturb', perturbation: { kind: 'noise', scale: 0.1 } });
  trainTo(run, 1000);
  const printed: string[] = [];
  let now = 0;
  const lines = new PlainLines(
    (line) => printed.push(line),
    () => now,
    1000,
  );
  const summary = new RunSummary();
  for (const message of messages) {
    lines.receive(message);
    summary.receive(message);
    if (message.type === 'frame') now += 100;
  }
  expect(printed[0]).toBe('Small (small), seed 7: d=8 m=5 n=15 c=4, 1,000 steps, naive plain float64');
  const frames = printed.filter((line) => line.includes('steps/s'));
  expect(frames.length).toBe(Math.ceil(messages.filter(({ type }) => type === 'frame').length / 10));
  expect(printed).toContain('step 20  perturbed: noise of 0.1x RMS on 199 weights');
  expect(printed.at(-1)).toBe('step 1,000  done');
  const [run1, losses, nodes, log] = summary.parts('/some/folder');
  expect(run1).toMatch(/^Small, seed 7: 1,000 of 1,000 steps in /);
  expect(losses).toMatch(/^train loss \d\.\d\de-\d, evaluation loss /);
  expect(nodes).toMatch(/^\d of 5 teacher nodes specialized at 0.95, unlearned: /);
  expect(log).toBe('log /some/folder');
});
