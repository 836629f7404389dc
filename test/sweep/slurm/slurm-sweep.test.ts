import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SweepEvent } from '../../../src/sweep/progress.js';
import { readResults } from '../../../src/sweep/results-file.js';
import { type FailureKind, type JobNumber, SlurmFailure } from '../../../src/sweep/slurm/slurm-answers.js';
import type { ArrayOrder, Slurm } from '../../../src/sweep/slurm/slurm-commands.js';
import { changeJobs, readJobs } from '../../../src/sweep/slurm/slurm-folder.js';
import { SlurmSweep } from '../../../src/sweep/slurm/slurm-sweep.js';
import { runTask } from '../../../src/sweep/slurm/slurm-task.js';
import { parseSweepFile } from '../../../src/sweep/sweep-file.js';
import type { Opening } from '../../../src/sweep/sweep-folder.js';

let folder = '';
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'teachtop-array-')), 'sweep');
});
afterEach(() => rmSync(join(folder, '..'), { recursive: true, force: true }));

const content = {
  ...{ title: 'Six', shows: 'Nothing.', grid: { strengthDecay: [0, 1] }, seeds: { first: 1, count: 3 } },
  experiment: {
    ...{ d: 4, m: 2, c: 2, multi: 1, trainSize: 20, evalSize: 20, stepsPerEpoch: 2, epochs: 1 },
    precision: 'float64',
  },
};
const sweep = { name: 'six', origin: 'six.json', file: parseSweepFile(content, 'six.json') };

const silent = (): SlurmFailure => new SlurmFailure('squeue: Socket timed out', 'unanswered');

type Task = { readonly attempt: number; readonly task: number };

/** A cluster in this process: it takes arrays, fails as it is told to, and trains a task whenever it is asked for its queue. */
class FakeSlurm implements Slurm {
  readonly submitted: ArrayOrder[] = [];
  readonly cancelled: string[] = [];
  readonly asked: (string | null)[] = [];
  readonly #queue = new Map<string, { readonly name: string; tasks: Task[] }>();
  /** Failures of the next questions about the queue, oldest first. */
  silences = 0;
  largestArray = Number.POSITIVE_INFINITY;
  mostTasks = Number.POSITIVE_INFINITY;
  trains = true;
  /** What sbatch does with the next order: takes it and tells its number, or else. */
  answer: 'number' | 'nothing' | 'takes and fails' | 'takes and refuses' | 'fails' | 'refuses' = 'number';
  cluster: string | null = null;

  get waiting(): number {
    return [...this.#queue.values()].reduce((sum, { tasks }) => sum + tasks.length, 0);
  }

  async submit(order: ArrayOrder): Promise<JobNumber | null> {
    const fail = (kind: FailureKind): never => {
      throw new SlurmFailure(`sbatch: ${kind}`, kind);
    };
    if (order.tasks > this.largestArray || this.waiting + order.tasks > this.mostTasks) fail('limit');
    if (this.answer === 'fails') fail('unanswered');
    if (this.answer === 'refuses') fail('refused');
    this.submitted.push(order);
    const job = String(100 + this.submitted.length);
    const attempt = Number(/'(\d+)' "\$SLURM_ARRAY_TASK_ID"/.exec(order.script)?.[1]);
    const name = order.flags.findLast((flag) => flag.startsWith('--job-name='))?.slice(11) ?? '';
    this.#queue.set(job, {
      name,
      tasks: Array.from({ length: order.tasks }, (_, task) => ({ attempt, task })),
    });
    if (this.answer === 'takes and fails') fail('unanswered');
    if (this.answer === 'takes and refuses') fail('refused');
    return this.answer === 'nothing' ? null : { job, cluster: this.cluster };
  }

  async queue(jobs: readonly JobNumber[]) {
    this.asked.push(...jobs.map(({ cluster }) => cluster));
    if (this.silences-- > 0) throw silent();
    const states = jobs.flatMap(({ job }) => {
      const pending = this.#queue.get(job)?.tasks.length ?? 0;
      return pending > 0 ? [[job, { running: 0, pending }] as const] : [];
    });
    await this.#train();
    return new Map(states);
  }

  async find(name: string): Promise<JobNumber | null> {
    if (this.silences-- > 0) throw silent();
    const found = [...this.#queue].find(([, array]) => array.name === name && array.tasks.length > 0);
    return found ? { job: found[0], cluster: this.cluster } : null;
  }

  async cancel(jobs: readonly JobNumber[]): Promise<void> {
    if (this.silences-- > 0) throw silent();
    for (const { job } of jobs) {
      this.cancelled.push(job);
      this.#queue.delete(job);
    }
  }

  async cancelNamed(name: string): Promise<void> {
    if (this.silences-- > 0) throw silent();
    const named = [...this.#queue].filter(([, array]) => array.name === name);
    for (const [job] of named) this.#queue.delete(job);
    this.cancelled.push(name);
  }

  async #train(): Promise<void> {
    const array = [...this.#queue.values()].find(({ tasks }) => tasks.length > 0);
    const next = this.trains ? array?.tasks.shift() : undefined;
    const choice = { engine: 'naive', strict: false } as const;
    if (next) await runTask({ folder, ...next, restarts: 0, choice }, () => {});
  }
}

const open = (slurm: Slurm, opening: Opening = 'resume', flags: readonly string[] = []): SlurmSweep =>
  new SlurmSweep(sweep, {
    ...{ parent: '', asked: folder, opening, program: 'teachtop test', now: new Date(0) },
    choice: { engine: 'naive', strict: false },
    ...{ slurm, chunk: 1, flags, command: ['teachtop'], pollMs: 0 },
  });

/** Follows a sweep to its end; what it told. */
const follow = async (following: SlurmSweep): Promise<SweepEvent[]> => {
  const events: SweepEvent[] = [];
  await following.run((event) => events.push(event));
  return events;
};

const isWhole = (): void => {
  const runs = readResults(folder).map(({ run }) => run);
  expect([runs.length, new Set(runs).size]).toEqual([6, 6]);
};

test('an array is submitted once, under a name of its own', async () => {
  const slurm = new FakeSlurm();
  expect((await follow(open(slurm))).at(-1)).toEqual({ type: 'ended', complete: true });
  isWhole();
  const [{ flags }] = slurm.submitted;
  expect(flags).toEqual([
    `--output=${join(folder, 'output', '1-%a.txt')}`,
    '--array=0-5',
    expect.stringMatching(/^--job-name=teachtop-[0-9a-f]{8}$/),
  ]);
  await follow(open(slurm));
  expect(slurm.submitted).toHaveLength(1);
});

describe('nothing is submitted twice or lost sight of', () => {
  test.each([
    ['nothing', 2],
    ['takes and fails', 2],
    ['takes and refuses', 0],
  ] as const)('where sbatch %s the array is found by its name', async (answer, silences) => {
    const slurm = new FakeSlurm();
    slurm.answer = answer;
    slurm.silences = silences;
    slurm.trains = false;
    const following = open(slurm, 'begin');
    const followed = follow(following);
    await expect.poll(() => readJobs(folder)[0]?.job).toBe('101');
    await following.stop();
    await followed;
    slurm.trains = true;
    await follow(open(slurm));
    expect(slurm.submitted).toHaveLength(1);
    isWhole();
  });

  test('where sbatch fails and no array is there, what may come of it is taken back, and said so', async () => {
    const slurm = new FakeSlurm();
    slurm.answer = 'fails';
    await expect(follow(open(slurm))).rejects.toThrow(
      /^sbatch: unanswered; no array teachtop-\w+ is in the queue, and what may still come of it was taken back$/,
    );
    expect(slurm.cancelled).toEqual([expect.stringMatching(/^teachtop-[0-9a-f]{8}$/)]);
    slurm.answer = 'number';
    await follow(open(slurm));
    isWhole();
  });

  test.each(['takes and fails', 'nothing'] as const)(
    'where sbatch %s and nobody answers it is said that nothing is known, and the next start finds the array',
    async (answer) => {
      const slurm = new FakeSlurm();
      slurm.answer = answer;
      slurm.trains = false;
      const following = open(slurm);
      const submit = slurm.submit.bind(slurm);
      slurm.submit = (order) => submit(order).finally(() => Object.assign(slurm, { silences: 99 }));
      await expect(follow(following)).rejects.toThrow(
        /whether array teachtop-\w+ is in the queue is not known/,
      );
      Object.assign(slurm, { silences: 0, trains: true, submit });
      await follow(open(slurm));
      expect(slurm.submitted).toHaveLength(1);
      isWhole();
    },
  );

  test('what sbatch refuses leaves no trace in the list', async () => {
    const slurm = new FakeSlurm();
    slurm.answer = 'refuses';
    await expect(follow(open(slurm))).rejects.toThrow('sbatch: refused');
    expect(readJobs(folder)).toEqual([]);
  });

  test('where the queue is not known nothing is submitted', async () => {
    const slurm = new FakeSlurm();
    slurm.silences = 99;
    await expect(follow(open(slurm))).rejects.toThrow(/^squeue: Socket timed out; nothing was submitted,/);
    expect(slurm.submitted).toEqual([]);
  });
});

test('a queue that does not answer is told of and asked again', async () => {
  const slurm = new FakeSlurm();
  const following = open(slurm);
  const events: SweepEvent[] = [];
  await following.run((event) => {
    if (event.type === 'result' && events.length === 0) slurm.silences = 3;
    if (event.type === 'queue' || event.type === 'ended') events.push(event);
  });
  const problems = events.flatMap((event) => (event.type === 'queue' ? [event.problem] : []));
  expect(problems.filter((problem) => problem !== null)).toEqual(
    new Array(3).fill('squeue: Socket timed out'),
  );
  isWhole();
});

describe('arrays are cut to what the cluster takes', () => {
  test('at once, where the array was too large', async () => {
    const slurm = new FakeSlurm();
    slurm.largestArray = 2;
    await follow(open(slurm));
    expect(slurm.submitted.map(({ tasks }) => tasks)).toEqual([2, 2, 2]);
    isWhole();
  });

  test('when others have left the queue, where a user may have few jobs', async () => {
    const slurm = new FakeSlurm();
    slurm.mostTasks = 4;
    const events = await follow(open(slurm));
    const waiting = events.flatMap((event) => (event.type === 'queue' ? [event.unsubmitted] : []));
    expect(waiting[0]).toBe(2);
    expect(waiting.at(-1)).toBe(0);
    expect(slurm.submitted.length).toBeGreaterThan(1);
    isWhole();
  });

  test('never, where it takes none', async () => {
    const slurm = new FakeSlurm();
    slurm.mostTasks = 0;
    await expect(follow(open(slurm))).rejects.toThrow('sbatch: limit');
  });

  test('those not submitted yet are submitted by the next start, beside those in the queue', async () => {
    const slurm = new FakeSlurm();
    Object.assign(slurm, { mostTasks: 4, trains: false });
    const first = open(slurm);
    const followed = follow(first);
    await expect.poll(() => readJobs(folder).some(({ job }) => job !== null)).toBe(true);
    await expect.poll(() => slurm.waiting).toBe(4);
    await first.stop();
    await followed;
    expect(first.afterwards).toMatch(/^its jobs go on, and 2 runs are not submitted yet/);
    Object.assign(slurm, { mostTasks: 6, trains: true });
    await follow(open(slurm));
    isWhole();
  });
});

describe('cancelling', () => {
  test('takes every array out, those whose number is not known too', async () => {
    const slurm = new FakeSlurm();
    Object.assign(slurm, { trains: false, largestArray: 4 });
    const following = open(slurm);
    const followed = follow(following);
    await expect.poll(() => slurm.waiting).toBe(6);
    slurm.silences = 1;
    await open(slurm, 'existing').cancel();
    expect(slurm.waiting).toBe(0);
    expect((await followed).at(-1)).toEqual({ type: 'ended', complete: false });
    expect(following.afterwards).toMatch(/^its jobs have left the queue/);
    expect(readJobs(folder).every(({ cancelled }) => cancelled)).toBe(true);
  });

  test('says what may go on where nobody answers', async () => {
    const slurm = new FakeSlurm();
    slurm.trains = false;
    const following = open(slurm);
    const followed = follow(following);
    await expect.poll(() => readJobs(folder)[0]?.job).toBe('101');
    await following.stop();
    await followed;
    slurm.silences = 99;
    await expect(open(slurm, 'existing').cancel()).rejects.toThrow(/; these may go on: 101$/);
  });
});

test('other clusters are asked where the array is', async () => {
  const slurm = new FakeSlurm();
  slurm.cluster = 'far';
  await follow(open(slurm, 'begin', ['-M', 'near,far']));
  expect(new Set(slurm.asked)).toEqual(new Set(['far']));
  expect(readJobs(folder)).toMatchObject([{ job: '101', cluster: 'far' }]);
});

test('a list of jobs of an earlier version is read', async () => {
  const slurm = new FakeSlurm();
  await follow(open(slurm));
  const jobs = readJobs(folder).map(({ job, attempt }) => ({ job, attempt }));
  writeFileSync(join(folder, 'jobs.json'), JSON.stringify(jobs));
  await open(slurm, 'existing').cancel();
  expect(slurm.cancelled).toEqual(['101']);
});

test('an array that comes into the queue after it was given up trains nothing', async () => {
  const slurm = new FakeSlurm();
  await follow(open(slurm));
  rmSync(join(folder, 'results'), { recursive: true });
  rmSync(join(folder, 'tasks', '1.sbatch'), { force: true });
  const late = { attempt: 1, job: null, name: 'teachtop-late', cluster: null, cancelled: false };
  changeJobs(folder, () => [late]);
  await follow(open(slurm));
  expect(readJobs(folder).map(({ cancelled }) => cancelled)).toEqual([true, false]);
  const choice = { engine: 'naive', strict: false } as const;
  const said: string[] = [];
  await runTask({ folder, attempt: 1, task: 0, restarts: 0, choice }, (line) => said.push(line));
  expect(said).toEqual(['task 0 of attempt 1: the array was cancelled']);
  expect(readdirSync(join(folder, 'results')).filter((name) => name.startsWith('1-'))).toEqual([]);
  isWhole();
});

test('a task that is started again has a file of its own, and repeats nothing', async () => {
  const slurm = new FakeSlurm();
  await follow(open(slurm));
  const choice = { engine: 'naive', strict: false } as const;
  const before = readFileSync(join(folder, 'results', '1-0.jsonl'), 'utf8');
  await runTask({ folder, attempt: 1, task: 0, restarts: 1, choice }, () => {});
  expect(readFileSync(join(folder, 'results', '1-0.jsonl'), 'utf8')).toBe(before);
  expect(readdirSync(join(folder, 'results'))).toContain('1-0.1.jsonl');
  isWhole();
});
