import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readLog } from '../../src/log/log-reader.js';
import { patienceMs } from '../support/patience.js';
import { runHere } from '../support/program-here.js';
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
import { slowAfterFrames } from '../support/training-thread.js';
import { tell } from './scale.js';

const daemon = ['/usr/sbin/sshd', '/usr/local/sbin/sshd'].find((path) => existsSync(path));

let home: string;
let server: ChildProcess | null = null;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'teachtop-ssh-'));
});
afterEach(() => {
  server?.kill();
  server = null;
  rmSync(home, { recursive: true, force: true });
});

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject()));
    });
  });

/** An sshd of our own that lets this user in by a key of our own; resolves to its port once it listens. */
const startServer = async (path: string): Promise<number> => {
  for (const name of ['host', 'user'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
  // Another program may take the port meanwhile.
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    try {
      await listen(path, port);
      return port;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
};

const listen = async (path: string, port: number): Promise<void> => {
  const config = [
    `HostKey ${join(home, 'host')}`,
    `AuthorizedKeysFile ${join(home, 'user.pub')}`,
    'StrictModes no',
    'UsePAM no',
    'PidFile none',
    `ListenAddress 127.0.0.1:${port}`,
  ];
  writeFileSync(join(home, 'sshd_config'), `${config.join('\n')}\n`);
  const started = spawn(path, ['-D', '-e', '-f', join(home, 'sshd_config')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  server = started;
  await new Promise<void>((resolve, reject) => {
    started.stderr.on('data', (said) => String(said).includes('listening') && resolve());
    started.on('exit', (code) => reject(new Error(`sshd ended with code ${code}`)));
  });
};

const small = '--set d=10 --set m=5 --set c=5 --set trainSize=500 --set evalSize=200';

/** The dashboard over a real ssh session, at a terminal of our own. */
const overSsh = (port: number, options: readonly string[]): TerminalProgram => {
  const folders = `HOME=${home} XDG_DATA_HOME=${home} XDG_CONFIG_HOME=${home}`;
  const slow = slowAfterFrames(2).replaceAll("'", '%27');
  const variables = `${folders} LANG=C.UTF-8 NODE_OPTIONS='${slow}'`;
  const remote = `echo $$ > ${home}/pid; exec env ${variables} ${process.execPath} ${programPath} quick-start ${small} ${options.join(' ')}`;
  const flags = [
    ...['-tt', '-q', '-F', 'none', '-p', String(port), '-i', join(home, 'user')],
    ...['-o', 'IdentitiesOnly=yes', '-o', 'StrictHostKeyChecking=no', '-o', 'UserKnownHostsFile=/dev/null'],
  ];
  return new TerminalProgram([...flags, '127.0.0.1', remote], {
    environment: personalEnvironment({ TERM: 'xterm-256color' }),
    command: 'ssh',
  });
};

const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`);

test.for([
  ['end', 'stopped', ['--epochs', '20000']],
  ['continue', 'done', ['--epochs', '10', '--on-hangup', 'continue']],
] as const)(
  'a dropped ssh connection: the run is told to %s, and does',
  async ([, last, options], context) => {
    const fault = `dropped ssh connection, last event ${last}`;
    if (daemon === undefined) {
      tell(`${fault}: NOT RUN, there is no sshd here`);
      return context.skip('there is no sshd');
    }
    const client = overSsh(await startServer(daemon), options);
    await client.waitFor(/epoch\s+[1-9]/);
    client.kill('SIGKILL');
    await client.exited;
    const pid = Number(readFileSync(join(home, 'pid'), 'utf8'));
    await expect.poll(() => isAlive(pid), { timeout: patienceMs, interval: 50 }).toBe(false);
    const folder = join(home, 'teachtop', 'runs');
    const [name] = readdirSync(folder);
    const { lines, tornBytes } = await readLog(join(folder, name));
    expect([tornBytes, lines.at(-1)]).toEqual([0, expect.objectContaining({ event: last })]);
    const verified = await runHere(home, ['verify', join(folder, name)]);
    expect([verified.code, verified.errors]).toEqual([0, '']);
    tell(`${fault}: 1 run over a real sshd, log complete and verified, no process left`);
  },
);
