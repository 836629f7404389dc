import { relative } from 'node:path';
import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';

const slowestShown = 10;

const testsOf = (modules: readonly TestModule[]): TestCase[] =>
  modules.flatMap((module) => [...module.children.allTests()]);

const slowestFiles = (modules: readonly TestModule[]): string[] =>
  modules
    .map((module) => ({ seconds: module.diagnostic().duration / 1000, file: relative('.', module.moduleId) }))
    .sort((one, other) => other.seconds - one.seconds)
    .slice(0, slowestShown)
    .map(({ seconds, file }) => `  ${seconds.toFixed(1).padStart(6)} s  ${file}`);

const skippedTests = (tests: readonly TestCase[]): string[] =>
  tests
    .filter((test) => test.result().state === 'skipped')
    .map((test) => {
      const result = test.result();
      const reason = result.state === 'skipped' && result.note ? `: ${result.note}` : '';
      return `  ${relative('.', test.module.moduleId)}  ${test.fullName}${reason}`;
    });

/** Ends a run with its slowest files, the name of every test that was skipped, and one plain line of counts. */
export default class ClosingReport implements Reporter {
  /** Whether tests were chosen by name: those that were not are no news. */
  #isChoice = false;

  onInit(vitest: Vitest): void {
    this.#isChoice = vitest.config.testNamePattern !== undefined;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const tests = testsOf(modules);
    const counted = (state: 'passed' | 'failed'): number =>
      tests.filter((test) => test.result().state === state).length;
    const failed = counted('failed') + modules.reduce((sum, module) => sum + module.errors().length, 0);
    const skipped = skippedTests(tests);
    const lines = [
      `\n${slowestShown} slowest files, wall clock:`,
      ...slowestFiles(modules),
      ...(skipped.length > 0 && !this.#isChoice ? ['skipped:', ...skipped] : []),
      `\n${counted('passed')} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`,
    ];
    console.log(lines.join('\n'));
  }
}
