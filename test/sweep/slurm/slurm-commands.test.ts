import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { slurmCommands } from '../../../src/sweep/slurm/slurm-commands.js';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'teachtop-commands-'));
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const command = (name: string, body: string): void =>
  writeFileSync(join(folder, name), `#!/bin/sh\n${body}\n`, { mode: 0o755 });

const { signal } = new AbortController();

test('what a user has set for squeue at the keyboard hides no task', async () => {
  vi.stubEnv('SQUEUE_STATES', 'RUNNING');
  vi.stubEnv('SLURM_CONF', 'kept');
  command('squeue', 'echo "7 $(printenv SQUEUE_STATES || echo PENDING)"; test "$SLURM_CONF" = kept');
  const queue = await slurmCommands.queue([{ job: '7', cluster: null }], signal);
  expect(queue).toEqual(new Map([['7', { running: 0, pending: 1 }]]));
});

test('a number that sbatch prints counts, though a program around it fails', async () => {
  command('sbatch', 'cat > /dev/null; echo Checking your account; echo 7; exit 3');
  const order = { script: '', tasks: 1, flags: [], answer: join(folder, 'answer') };
  expect(await slurmCommands.submit(order, signal)).toEqual({ job: '7', cluster: null });
});
