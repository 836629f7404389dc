import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { readResults } from '../../../src/sweep/results-file.js';
import { finish } from '../../support/finish.js';
import { patienceMs } from '../../support/patience.js';
import { runHere } from '../../support/program-here.js';
import { clusterProblem, SlurmCluster } from '../../support/slurm-cluster.js';
import { personalEnvironment, programPath, projectFolder } from '../../support/terminal-program.js';
import { heldBy } from '../../support/training-thread.js';

let home = '';
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-sweep-slurm-'));
});
afterAll(() => rmSync(home, { recursive: true, force: true }));

const twoLayer = (stepsPerEpoch: number) => ({
  d: 10,
  m: 4,
  c: 5,
  trainSize: 500,
  evalSize: 400,
  stepsPerEpoch,
  epochs: 40,
});
const deep = {
  ...{ kind: 'multi-layer', hidden: [4, 5], d: 6, c: 3, trainSize: 500, evalSize: 400, epochs: 10 },
};

const write = (name: string, experiment: Readonly<Record<string, unknown>>): string => {
  const path = join(home, `${name}.json`);
  const grid = { multi: [1, 2], strengthDecay: [0, 1] };
  writeFileSync(
    path,
    JSON.stringify({ title: 'On Slurm', shows: 'Nothing.', experiment, grid, seeds: { first: 1, count: 3 } }),
  );
  return path;
};
const file = (name: string, stepsPerEpoch: number): string => write(name, twoLayer(stepsPerEpoch));

const start = (args: readonly string[], extra: Readonly<Record<string, string>> = {}) =>
  spawn(process.execPath, [programPath, 'sweep', ...args], {
    cwd: projectFolder,
    env: personalEnvironment({ HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, ...extra }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });

/** Results without what clocks say. */
const arithmetic = (folder: string) =>
  readResults(folder)
    .map(({ seconds, finishedAt, ...rest }) => rest)
    .sort((a, b) => a.run.localeCompare(b.run));

test('without Slurm on the PATH it says so in one line', async () => {
  const out = join(home, 'none');
  const { errors, code } = await finish(
    start([file('none', 100), '--launcher', 'slurm', '--out', out], { PATH: join(home, 'empty') }),
  );
  expect(errors).toBe(
    'teachtop: --launcher slurm: got no sbatch on the PATH, allowed: a machine with Slurm\n',
  );
  expect(code).toBe(2);
});

test('what sbatch refuses is one line, and flags are passed on', async () => {
  const fake = join(home, 'bin');
  execFileSync('mkdir', ['-p', fake]);
  writeFileSync(
    join(fake, 'sbatch'),
    `#!/bin/sh\necho "$@" > ${home}/flags\necho "sbatch: error: invalid partition" >&2\nexit 1\n`,
  );
  chmodSync(join(fake, 'sbatch'), 0o755);
  const flags = ['--slurm=--partition=nowhere --comment="two words"', '--chunk', '5'];
  const { errors, code } = await finish(
    start([file('flags', 100), '--launcher', 'slurm', '--out', join(home, 'refused'), ...flags], {
      PATH: `${fake}:${process.env.PATH}`,
    }),
  );
  expect(errors).toBe('teachtop: sbatch: sbatch: error: invalid partition\n');
  expect(code).toBe(2);
  expect(readFileSync(join(home, 'flags'), 'utf8')).toMatch(
    /--parsable .*--array=0-2 --partition=nowhere --comment=two words --job-name=teachtop-/,
  );
});

test('killed while sbatch runs, it knows what was submitted when it goes on, and can cancel it', async () => {
  const [fake, out] = [join(home, 'slow'), join(home, 'killed')];
  mkdirSync(fake);
  const scripts = {
    // Answers only when it is let go on.
    sbatch: `touch ${fake}/called\nread _ < ${fake}/go\necho x >> ${fake}/submitted\necho Welcome\necho 4711`,
    squeue: `case "$*" in *--jobs=*4711*) echo 4711 RUNNING;; esac`,
    scancel: `echo "$@" >> ${fake}/cancelled`,
  };
  for (const [name, script] of Object.entries(scripts))
    writeFileSync(join(fake, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  execFileSync('mkfifo', [join(fake, 'go')]);
  const environment = { PATH: `${fake}:${process.env.PATH}` };
  const args = [file('killed', 100), '--launcher', 'slurm', '--out', out];
  const child = start(args, environment);
  await vi.waitFor(() => expect(existsSync(join(fake, 'called'))).toBe(true), { timeout: patienceMs });
  const closed = finish(child);
  child.kill('SIGKILL');
  await closed;
  writeFileSync(join(fake, 'go'), 'on\n');
  await vi.waitFor(() => expect(readFileSync(join(out, 'tasks', '1.sbatch'), 'utf8')).toMatch(/4711/), {
    timeout: patienceMs,
  });
  const following = start([...args, '--resume'], environment);
  const followed = finish(following);
  await vi.waitFor(() => expect(readFileSync(join(out, 'jobs.json'), 'utf8')).toMatch(/"4711"/), {
    timeout: patienceMs,
  });
  following.kill('SIGTERM');
  expect((await followed).out).toMatch(/its jobs go on; to follow them/);
  expect((await finish(start([...args, '--cancel'], environment))).code).toBe(0);
  expect(readFileSync(join(fake, 'submitted'), 'utf8')).toBe('x\n');
  expect(readFileSync(join(fake, 'cancelled'), 'utf8')).toBe('4711\n');
});

describe.skipIf(clusterProblem() !== null)('on a real Slurm', { timeout: patienceMs }, () => {
  let cluster: SlurmCluster;
  beforeAll(async () => {
    cluster = await SlurmCluster.start();
  }, patienceMs);
  afterAll(() => cluster?.stop());

  const sweep = (...args: string[]) => start([...args, '--launcher', 'slurm'], cluster.environment);

  /** Begins a sweep whose tasks stop after each line until the gate is opened. */
  const held = (...args: string[]) => {
    const gate = join(home, 'gate');
    writeFileSync(gate, '');
    const environment = { ...cluster.environment, NODE_OPTIONS: heldBy(gate) };
    return { child: start([...args, '--launcher', 'slurm'], environment), open: () => rmSync(gate) };
  };

  /** Processes that train this folder's tasks, as their output says. */
  const taskPids = (folder: string): number[] => {
    const outputs = join(folder, 'output');
    const texts = existsSync(outputs)
      ? readdirSync(outputs).map((name) => readFileSync(join(outputs, name), 'utf8'))
      : [];
    const pids = texts.flatMap((output) => Number(/process (\d+)/.exec(output)?.[1] ?? 0) || []);
    return pids.filter((pid) => existsSync(`/proc/${pid}`));
  };

  test('a job array trains deep students as the pool does, to the same bits', async () => {
    const [cloud, local] = [join(home, "100%a of %j's"), join(home, 'local')];
    const path = write('same', deep);
    const { out, code } = await finish(sweep(path, '--out', cloud, '--chunk', '4'));
    expect(code).toBe(0);
    expect(out.match(/^\d+\/12 {2}multi=/gm)).toHaveLength(12);
    expect(out).toMatch(/share of seeds that recover/);
    expect((await runHere(home, ['sweep', path, '--workers', '1', '--out', local])).code).toBe(0);
    expect(arithmetic(cloud)).toEqual(arithmetic(local));
    expect(readdirSync(join(cloud, 'results'))).toEqual(['1-0.jsonl', '1-1.jsonl', '1-2.jsonl']);
  });

  test('closing the view leaves the jobs; a killed task and a restarted node lose and repeat nothing', async () => {
    const [cloud, local] = [join(home, 'hurt'), join(home, 'whole')];
    const path = file('hurt', 200);
    const { child: first, open } = held(path, '--out', cloud, '--chunk', '3');
    const closed = finish(first);
    await vi.waitFor(() => expect(readResults(cloud).length).toBeGreaterThanOrEqual(2), {
      timeout: patienceMs,
      interval: 50,
    });
    first.kill('SIGINT');
    expect((await closed).out).toMatch(/its jobs go on; .*--launcher slurm --chunk 3 --resume --out/);
    expect(existsSync(join(cloud, 'sweep.lock'))).toBe(false);

    await vi.waitFor(() => expect(taskPids(cloud).length).toBeGreaterThanOrEqual(1), {
      timeout: patienceMs,
      interval: 20,
    });
    process.kill(taskPids(cloud)[0], 'SIGKILL');
    await cluster.stopNode();
    cluster.startNode();
    open();

    let last = await finish(sweep(path, '--out', cloud, '--resume', '--chunk', '3'));
    for (let attempt = 0; attempt < 3 && readResults(cloud).length < 12; attempt++)
      last = await finish(sweep(path, '--out', cloud, '--resume', '--chunk', '3'));
    expect(last.code).toBe(0);
    expect((await runHere(home, ['sweep', path, '--workers', '1', '--out', local])).code).toBe(0);
    expect(arithmetic(cloud)).toEqual(arithmetic(local));
  });

  test('--cancel takes the jobs out of the queue', async () => {
    const folder = join(home, 'cancelled');
    const path = file('cancelled', 200);
    const { child } = held(path, '--out', folder, '--chunk', '1');
    const followed = finish(child);
    await vi.waitFor(() => expect(existsSync(join(folder, 'jobs.json'))).toBe(true), {
      timeout: patienceMs,
      interval: 50,
    });
    const cancelled = await finish(sweep(path, '--out', folder, '--cancel'));
    expect(cancelled.out).toBe(`cancelled the jobs of ${folder}\n`);
    expect((await followed).out).toMatch(
      /its jobs have left the queue; to submit again what they left undone/,
    );
    expect(readResults(folder).length).toBeLessThan(12);
  });
});
