import type { Reporter, TestModule } from 'vitest/node';

const countStates = (modules: readonly TestModule[]): Record<'passed' | 'failed' | 'skipped', number> => {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const module of modules) {
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state !== 'pending') counts[state]++;
    }
    counts.failed += module.errors().length;
  }
  return counts;
};

/** Ends a run with one plain line of counts, which any continuous integration can read. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const { passed, failed, skipped } = countStates(modules);
    console.log(`\n${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  }
}
