import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os, { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import { patienceMs } from './patience.js';

const programs = ['sbatch', 'squeue', 'scancel', 'slurmctld', 'slurmd', 'munged', 'sinfo'];
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/local/sbin'];
const find = (name: string): string | undefined =>
  folders.map((folder) => join(folder, name)).find((path) => existsSync(path));

/** Why no cluster can be started here; null when one can. */
export const clusterProblem = (): string | null => {
  if (process.getuid?.() !== 0) return 'slurmctld and slurmd need root';
  const missing = programs.filter((name) => find(name) === undefined);
  return missing.length > 0 ? `there is no ${missing.join(', ')}` : null;
};

/**
 * The two ports that this process tries at first, second ...: below those that connections take, and not those of another
 * process that starts a cluster now.
 */
const portsOf = (attempt: number): readonly [number, number] => {
  const port = 16_384 + 2 * ((process.pid + attempt) % 8000);
  return [port, port + 1];
};

/** A real Slurm of one node on the loopback interface, of daemons that this process started and ends. */
export class SlurmCluster {
  readonly #folder: string;
  readonly #daemons = new Map<string, ChildProcess>();

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** A cluster whose node is ready. A daemon whose port is taken ends: then it is started on others. */
  static async start(attempt = 0): Promise<SlurmCluster> {
    const cluster = new SlurmCluster(mkdtempSync(join(tmpdir(), 'teachtop-slurm-')));
    cluster.#configure(portsOf(attempt));
    cluster.#munge();
    await vi.waitFor(() => existsSync(join(cluster.#folder, 'munge.socket')) || Promise.reject(), {
      timeout: patienceMs,
    });
    cluster.#daemon('slurmctld', ['-D']);
    cluster.startNode();
    if ((await cluster.#readiness()) === 'ready') return cluster;
    cluster.stop();
    return SlurmCluster.start(attempt + 1);
  }

  /** For programs that talk to this cluster. */
  get environment(): Record<string, string> {
    return { SLURM_CONF: join(this.#folder, 'slurm.conf') };
  }

  startNode(): void {
    this.#daemon('slurmd', ['-D']);
  }

  /** Ends the node's daemon, as a node that is rebooted; its tasks go with it. */
  async stopNode(): Promise<void> {
    const daemon = this.#daemons.get('slurmd');
    const ended = new Promise((resolve) => daemon?.once('exit', resolve));
    daemon?.kill('SIGTERM');
    await ended;
  }

  stop(): void {
    for (const daemon of this.#daemons.values()) daemon.kill('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #daemon(name: string, args: readonly string[]): void {
    const env = { ...process.env, ...this.environment };
    this.#daemons.set(name, spawn(find(name) ?? name, args, { env, stdio: 'ignore' }));
  }

  #munge(): void {
    const key = join(this.#folder, 'munge.key');
    writeFileSync(key, randomBytes(1024));
    chmodSync(key, 0o400);
    const files = ['socket', 'pid', 'log', 'seed'].map((name) => join(this.#folder, `munge.${name}`));
    const [socket, pid, log, seed] = files;
    this.#daemon('munged', [
      ...['--foreground', '--force', '--key-file', key, '--socket', socket],
      ...['--pid-file', pid, '--log-file', log, '--seed-file', seed],
    ]);
  }

  #configure([slurmctldPort, slurmdPort]: readonly [number, number]): void {
    const folder = this.#folder;
    const host = os.hostname().split('.')[0];
    for (const name of ['state', 'spool']) mkdirSync(join(folder, name));
    const settings = {
      ClusterName: 'teachtop',
      SlurmctldHost: `${host}(127.0.0.1)`,
      SlurmUser: 'root',
      SlurmdUser: 'root',
      AuthType: 'auth/munge',
      AuthInfo: `socket=${join(folder, 'munge.socket')}`,
      StateSaveLocation: join(folder, 'state'),
      SlurmdSpoolDir: join(folder, 'spool'),
      SlurmctldPidFile: join(folder, 'slurmctld.pid'),
      SlurmdPidFile: join(folder, 'slurmd.pid'),
      SlurmctldLogFile: join(folder, 'slurmctld.log'),
      SlurmdLogFile: join(folder, 'slurmd.log'),
      ProctrackType: 'proctrack/linuxproc',
      TaskPlugin: 'task/none',
      SelectType: 'select/cons_tres',
      SelectTypeParameters: 'CR_Core',
      SlurmctldPort: slurmctldPort,
      SlurmdPort: slurmdPort,
      SchedulerParameters: 'sched_interval=1,batch_sched_delay=0',
      ReturnToService: 2,
      // Arrays of more tasks are refused.
      MaxArraySize: 8,
      MpiDefault: 'none',
      JobAcctGatherType: 'jobacct_gather/none',
      AccountingStorageType: 'accounting_storage/none',
    };
    const lines = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
    lines.push(
      `NodeName=${host} NodeAddr=127.0.0.1 CPUs=2 State=UNKNOWN`,
      `PartitionName=main Nodes=${host} Default=YES MaxTime=INFINITE State=UP`,
    );
    writeFileSync(join(folder, 'slurm.conf'), `${lines.join('\n')}\n`);
  }

  #isIdle(): boolean {
    const { status, stdout } = spawnSync(find('sinfo') ?? 'sinfo', ['--noheader', '--format=%T'], {
      env: { ...process.env, ...this.environment },
      encoding: 'utf8',
    });
    return status === 0 && stdout.startsWith('idle');
  }

  /** Waits until the node takes tasks, or a daemon has ended. */
  #readiness(): Promise<'ready' | 'ended'> {
    const look = () => {
      if ([...this.#daemons.values()].some(({ exitCode }) => exitCode !== null)) return 'ended';
      return this.#isIdle() ? 'ready' : null;
    };
    return vi.waitUntil(look, { timeout: patienceMs, interval: 200 });
  }
}
