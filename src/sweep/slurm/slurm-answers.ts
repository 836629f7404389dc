import { UserError } from '../../input/index.js';

/** A job array: its number, and its cluster; null for the one that Slurm's commands ask by themselves. */
export type JobNumber = { readonly job: string; readonly cluster: string | null };

/** Tasks of a job array that Slurm has not finished with. */
export type QueueState = { readonly running: number; readonly pending: number };

/**
 * Why a command failed: it was refused for what it asked, or for the size of the array or the jobs that a user may
 * have; or nobody answered, and what it asked may have been done.
 */
export type FailureKind = 'refused' | 'limit' | 'unanswered';

/** A command of Slurm that failed, in one line. */
export class SlurmFailure extends UserError {
  readonly kind: FailureKind;

  constructor(message: string, kind: FailureKind) {
    super(message);
    this.kind = kind;
  }
}

const limitWords = /array specification|MaxArraySize|SubmitJob|submit limit|too many jobs/i;
const silenceWords =
  /tim(ed?|ing)[ -]?out|unable to contact|temporarily|zero bytes|connect|communicat|send\/recv|reset by peer|broken pipe/i;

/** What kind of failure a command's words on standard error tell of. */
export const failureKind = (words: string): FailureKind => {
  if (limitWords.test(words)) return 'limit';
  return silenceWords.test(words) ? 'unanswered' : 'refused';
};

/**
 * The job's number in what sbatch prints, with --parsable or without, whatever a site's wrapper prints around it; null
 * where there is none.
 */
export const jobNumberIn = (printed: string): JobNumber | null => {
  const found = printed
    .split('\n')
    .map(
      (line) =>
        /^(\d+)(?:;([\w.-]+))?$/.exec(line.trim()) ??
        /Submitted batch job (\d+)(?: on cluster ([\w.-]+))?/.exec(line),
    )
    .findLast((match) => match !== null);
  return found ? { job: found[1], cluster: found[2] ?? null } : null;
};

const runningStates = new Set(
  'RUNNING COMPLETING CONFIGURING SUSPENDED STOPPED RESIZING SIGNALING STAGE_OUT'.split(' '),
);
const endedStates = new Set(
  'BOOT_FAIL CANCELLED COMPLETED DEADLINE FAILED NODE_FAIL OUT_OF_MEMORY PREEMPTED REVOKED TIMEOUT'.split(
    ' ',
  ),
);

const noTasks: QueueState = { running: 0, pending: 0 };

/** Tasks by the number of their array, in lines of squeue: "101 RUNNING". Other lines are a site's. */
export const queueIn = (printed: string): ReadonlyMap<string, QueueState> => {
  const byJob = new Map<string, QueueState>();
  for (const line of printed.split('\n')) {
    const [, job, state] = /^\s*(\d+)\s+([A-Z_]+)\s*$/.exec(line) ?? [];
    if (state === undefined || endedStates.has(state)) continue;
    const { running, pending } = byJob.get(job) ?? noTasks;
    byJob.set(
      job,
      runningStates.has(state) ? { running: running + 1, pending } : { running, pending: pending + 1 },
    );
  }
  return byJob;
};

/** The first job in lines of squeue over clusters, which stand under headings: "CLUSTER: name". */
export const firstJobIn = (printed: string): JobNumber | null => {
  let cluster: string | null = null;
  for (const line of printed.split('\n')) {
    const heading = /^CLUSTER:\s*([\w.-]+)/.exec(line);
    if (heading) cluster = heading[1];
    const [, job] = /^\s*(\d+)\s+[A-Z_]+\s*$/.exec(line) ?? [];
    if (job !== undefined) return { job, cluster };
  }
  return null;
};
