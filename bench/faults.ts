/**
 * Carries out the fault tests in full and ends with what came of each, one line a fault.
 * `npm run faults -- [--kills 200] [--inputs 100000] [--keys 1000] [--cuts 20000] [--moments 1000] [--injections 400] [--flips 100000] [--runs 1000]
 * [--frames 86400] [--watchers 50] [--seed 1]`
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    inputs: { type: 'string', default: '100000' },
    keys: { type: 'string', default: '1000' },
    cuts: { type: 'string', default: '20000' },
    moments: { type: 'string', default: '1000' },
    flips: { type: 'string', default: '100000' },
    injections: { type: 'string', default: '400' },
    runs: { type: 'string', default: '1000' },
    frames: { type: 'string', default: '86400' },
    watchers: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'teachtop-faults-'));
const counts = join(folder, 'counts');
const { status } = spawnSync('vitest', ['run', 'test/faults'], {
  stdio: 'inherit',
  env: {
    ...process.env,
    FAULT_COUNTS: counts,
    FAULT_KILLS: values.kills,
    FAULT_INPUTS: values.inputs,
    FAULT_KEYS: values.keys,
    FAULT_CUTS: values.cuts,
    FAULT_MOMENTS: values.moments,
    FAULT_FLIPS: values.flips,
    FAULT_INJECTIONS: values.injections,
    FAULT_RUNS: values.runs,
    FAULT_FRAMES: values.frames,
    FAULT_WATCHERS: values.watchers,
    FAULT_SEED: values.seed,
  },
});
console.log(existsSync(counts) ? `\n${readFileSync(counts, 'utf8').trimEnd()}` : '\nno fault test ended');
rmSync(folder, { recursive: true });
process.exitCode = status ?? 1;
