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
import { personalEnvironment, programPath, TerminalProgram } from '../support/terminal-program.js';
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
  const port = await freePort();
  for (const name of ['host', 'user'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
  if (userInfo().uid === 0) mkdirSync('/run/sshd', { recursive: true });
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
  return port;
};

/** The dashboard over a real ssh session, at a terminal of our own. */
const overSsh = (port: number, options: readonly string[]): TerminalProgram => {
  const variables = `HOME=${home} XDG_DATA_HOME=${home} XDG_CONFIG_HOME=${home} LANG=C.UTF-8`;
  const remote = `echo $$ > ${home}/pid; exec env ${variables} ${process.execPath} ${programPath} quick-start ${options.join(' ')}`;
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
  ['end', 'stopped', []],
  ['continue', 'done', ['--epochs', '150', '--on-hangup', 'continue']],
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
    const verified = spawnSync(process.execPath, [programPath, 'verify', join(folder, name)], {
      env: personalEnvironment({ HOME: home, XDG_CONFIG_HOME: home }),
      encoding: 'utf8',
    });
    expect([verified.status, verified.stderr]).toEqual([0, '']);
    tell(`${fault}: 1 run over a real sshd, log complete and verified, no process left`);
  },
);
