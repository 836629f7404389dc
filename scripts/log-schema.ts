/** Prints docs/reference/frame-log.schema.json from the log's schemas: `node scripts/log-schema.ts`. */
import { logJsonSchema } from '../dist/protocol/line.js';

console.log(JSON.stringify(logJsonSchema(), null, 2));
