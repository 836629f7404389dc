/** Prints docs/reference/experiment.md from the experiment's schema: `node scripts/describe-experiment.ts`. */
import { experimentMarkdown } from '../dist/experiment/describe.js';

console.log(experimentMarkdown());
