import type { Evaluation, StepReport } from '../../src/engine/engine.js';
import { createNaiveEngine } from '../../src/engine/naive/naive-engine.js';
import type { Network } from '../../src/net/network.js';
import type { Problem } from '../../src/problem/problem.js';

/** A problem, what the oracle says of it before and after some sampled steps, and what it has then. */
export type Answer = {
  readonly problem: Problem;
  readonly before: Evaluation;
  readonly report: StepReport;
  readonly student: Network;
  readonly optimizer: readonly Float64Array[];
  readonly train: Evaluation;
  readonly eval: Evaluation;
};

const answerTo = (problem: Problem, steps: number): Answer => {
  const oracle = createNaiveEngine(problem, { precision: 'float64' });
  const before = oracle.evaluate('eval');
  const report = oracle.train(steps);
  const { student, optimizer } = oracle.readState();
  return {
    ...{ problem, before, report, student, optimizer },
    ...{ train: oracle.evaluate('train'), eval: oracle.evaluate('eval') },
  };
};

/** The oracle's answers by what a problem is made from: it is asked once for what every build is compared with. */
export const oracleAnswers = <From extends readonly unknown[]>(
  problemOf: (...from: From) => Problem,
  steps: number,
): ((...from: From) => Answer) => {
  const answers = new Map<string, Answer>();
  return (...from) => {
    const key = JSON.stringify(from);
    const answer = answers.get(key) ?? answerTo(problemOf(...from), steps);
    answers.set(key, answer);
    return answer;
  };
};
