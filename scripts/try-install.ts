/**
 * Installs the package in every way that people do, each in clean folders, and uses what was installed: from a tarball,
 * by npx, from git, in a clone without development packages, and as a library that a type checker reads. Prints what each
 * way puts on the disk. On Node 22, 24 and 26 with npm 10, 11 and 12, all from the npm registry into a temporary folder with
 * a home and a cache of its own. `npm run try-install`, or with the names of pairs (`-- node24-npm11`), or `-- here`: the
 * tarball alone, without optional packages, on the Node and with the cache at hand. POSIX systems only.
 */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const project = join(import.meta.dirname, '..');
const work = mkdtempSync(join(tmpdir(), 'teachtop-install-'));

/** Each Node with the npm that comes with it, or after it. */
const pairs: readonly Pair[] = [
  { node: 22, npm: 10 },
  { node: 24, npm: 11 },
  { node: 26, npm: 12 },
];

type Pair = { readonly node: number; readonly npm: number };

const nameOf = ({ node, npm }: Pair): string => `node${node}-npm${npm}`;

/** `bin`: the folder of its node and npm; null: those on the path, with the user's own cache. */
type Toolchain = { readonly name: string; readonly bin: string | null };

const here: Toolchain = { name: 'here', bin: null };

const clean = (path: string): string => {
  mkdirSync(path, { recursive: true });
  return path;
};

/** What the outside of a toolchain's own folder is: a home, a cache, and a path that begins with its programs. */
const surroundings = (bin: string): NodeJS.ProcessEnv => ({
  PATH: `${bin}${delimiter}${process.env.PATH}`,
  HOME: clean(join(work, 'home')),
  npm_config_cache: join(work, 'cache'),
});

/** Runs a program in a folder with a toolchain's node and npm; its output, or an error with all of it. */
const run = (cwd: string, bin: string | null, program: string, ...args: string[]): string => {
  // What npm tells the scripts that it runs is left out; the user's own registry and certificates stay.
  const own = Object.entries(process.env).filter(([name]) => !/^npm_(?!config_registry)/.test(name));
  const env = {
    ...Object.fromEntries(own),
    ...(bin === null ? {} : surroundings(bin)),
    XDG_CONFIG_HOME: join(work, 'home'),
    XDG_DATA_HOME: join(work, 'home'),
    XDG_CACHE_HOME: join(work, 'home'),
    npm_config_fund: 'false',
    npm_config_loglevel: 'error',
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
  };
  try {
    return execFileSync(program, args, {
      cwd,
      env,
      encoding: 'utf8',
      maxBuffer: 2 ** 26,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
    throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  }
};

/** What an install has put below a folder. */
const weightOf = (folder: string): string => {
  const packages = globSync(`${folder}/**/node_modules/{*,@*/*}/package.json`).length;
  const megabytes = Number(execFileSync('du', ['-sk', folder], { encoding: 'utf8' }).split('\t')[0]) / 1024;
  return `${megabytes.toFixed(0)} MB in ${packages} packages`;
};

/** A folder whose node, npm and npx are of these versions. */
const toolchain = ({ node, npm }: Pair): Toolchain => {
  const name = nameOf({ node, npm });
  const folder = clean(join(work, 'toolchains', name));
  writeFileSync(join(folder, 'package.json'), '{"allowScripts": {"node": true}}');
  run(folder, null, 'npm', 'install', `node@${node}`, `npm@${npm}`);
  const bin = clean(join(folder, 'bin'));
  const nodePath = join(folder, 'node_modules', 'node', 'bin', 'node');
  const cli = (file: string): string => `"${join(folder, 'node_modules', 'npm', 'bin', file)}"`;
  const programs = { node: '', npm: cli('npm-cli.js'), npx: cli('npx-cli.js') };
  for (const [program, script] of Object.entries(programs)) {
    writeFileSync(join(bin, program), `#!/bin/sh\nexec "${nodePath}" ${script} "$@"\n`);
    chmodSync(join(bin, program), 0o755);
  }
  return { name, bin };
};

/** What every installed program must do: tell its version, train, and name a build of its kernels. */
const use = (folder: string, bin: string | null, ...program: [string, ...string[]]): string => {
  const of = (...words: string[]): string => run(folder, bin, ...program, ...words);
  const version = of('--version').trim();
  const lines = of('quick-start', '--epochs', '1', '--headless', '--no-log');
  if (!/^step 1,000 +done/m.test(lines)) throw new Error(`${program}: trained no epoch:\n${lines}`);
  const { node, wasm } = JSON.parse(of('doctor', '--json'));
  return `${version} on Node ${node}, kernels ${wasm[0].variant}`;
};

const installGlobally = ({ name, bin }: Toolchain, tarball: string, ...options: string[]): string => {
  const prefix = clean(join(work, 'global', `${name}${options.join('')}`));
  run(work, bin, 'npm', 'install', '--global', '--prefix', prefix, ...options, tarball);
  const page = join(prefix, 'lib', 'node_modules', 'teachtop', 'man', 'teachtop.1');
  if (!existsSync(page)) throw new Error('no manual page');
  return `${use(work, bin, join(prefix, 'bin', 'teachtop'))}, ${weightOf(prefix)}`;
};

const useByNpx = ({ bin }: Toolchain, tarball: string): string =>
  use(clean(join(work, 'npx')), bin, 'npx', '--yes', '--package', tarball, 'teachtop');

/**
 * From git into a folder, where npm builds the package as it comes. Not globally: npm 10 and 11 leave a dangling link to
 * their own temporary clone for every package that is built, `npm pack git+URL` and its tarball are the way there.
 */
const installFromGit = ({ name, bin }: Toolchain): string => {
  const folder = clean(join(work, 'git', name));
  writeFileSync(join(folder, 'package.json'), '{}');
  // npm 12 takes nothing from git unless told to.
  writeFileSync(join(folder, '.npmrc'), 'allow-git=all\n');
  run(folder, bin, 'npm', 'install', `git+${pathToFileURL(project).href}`);
  return `${use(folder, bin, 'npx', 'teachtop')}, ${weightOf(folder)}`;
};

const cloneWithoutDevelopment = ({ name, bin }: Toolchain): string => {
  const clone = join(work, 'clones', name);
  run(work, bin, 'git', 'clone', '--quiet', '--depth', '1', pathToFileURL(project).href, clone);
  const said = run(clone, bin, 'npm', 'install', '--omit=dev').trim().split('\n').at(-1) ?? '';
  return `${said}, ${weightOf(clone)}`;
};

/**
 * Installs the tarball in a folder, where a type checker reads the examples of the library page; then they run, and the
 * program too.
 */
const importAsLibrary = ({ name, bin }: Toolchain, tarball: string, ...options: string[]): string => {
  const folder = clean(join(work, 'importers', name));
  const modules = join(project, 'node_modules');
  const compilerOptions = {
    module: 'nodenext',
    target: 'es2024',
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    typeRoots: [join(modules, '@types')],
    types: ['node'],
  };
  writeFileSync(join(folder, 'package.json'), '{"type": "module"}');
  writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
  run(folder, bin, 'npm', 'install', ...options, tarball);
  const page = readFileSync(join(project, 'docs', 'reference', 'library.md'), 'utf8');
  const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code);
  examples.forEach((code, i) => {
    writeFileSync(join(folder, `example${i}.ts`), code);
  });
  run(folder, bin, join(modules, '.bin', 'tsc'));
  examples.forEach((_, i) => {
    run(folder, bin, 'node', '--experimental-strip-types', `example${i}.ts`);
  });
  return `${examples.length} examples type-checked and run, ${use(folder, bin, 'npx', 'teachtop')}, ${weightOf(folder)}`;
};

type Ways = Readonly<Record<string, () => string>>;

const everyWay = (tools: Toolchain, tarball: string): Ways => ({
  'npm install -g TARBALL': () => installGlobally(tools, tarball),
  'npm install -g --omit=optional TARBALL': () => installGlobally(tools, tarball, '--omit=optional'),
  'npx --package TARBALL': () => useByNpx(tools, tarball),
  'npm install git+file': () => installFromGit(tools),
  'npm install --omit=dev in a clone': () => cloneWithoutDevelopment(tools),
  'npm install TARBALL, import and npx': () => importAsLibrary(tools, tarball),
});

const quickWay = (tarball: string): Ways => ({
  'npm install --omit=optional TARBALL, import and npx': () =>
    importAsLibrary(here, tarball, '--omit=optional', '--prefer-offline'),
});

const report = (name: string, ways: Ways): void => {
  for (const [way, attempt] of Object.entries(ways)) console.log(`${name}, ${way}: ${attempt()}`);
};

try {
  const [packed] = JSON.parse(run(project, null, 'npm', 'pack', '--json', '--pack-destination', work));
  const tarball = join(work, packed.filename);
  console.log(
    `${packed.filename}: ${packed.size} bytes packed, ${packed.unpackedSize} unpacked, ${packed.files.length} files`,
  );
  const asked = process.argv.slice(2);
  if (asked.includes(here.name)) report(here.name, quickWay(tarball));
  for (const pair of pairs.filter((one) => asked.length === 0 || asked.includes(nameOf(one)))) {
    const tools = toolchain(pair);
    report(tools.name, everyWay(tools, tarball));
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
