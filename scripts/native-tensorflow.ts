/**
 * Puts TensorFlow's own library under tfjs-node where tfjs-node cannot download it: for tests and benchmarks, on Linux x64.
 * The library comes from TensorFlow's wheel or, where the Python index is not reached, from an npm package that ships it
 * compressed; tfjs-node's binding is compiled against it from tfjs-node's own sources.
 *
 * `npm run native-tensorflow`, with `-- wheel` or `-- npm` to name the source. Does nothing where the backend loads.
 * Exit code: 1 where it cannot be had, after a line for each reason.
 */
import { execFileSync, type StdioOptions } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';
import { nativeProblem } from '../src/engine/tfjs/native-trial.ts';

const project = join(import.meta.dirname, '..');
const target = join(project, 'node_modules', '@tensorflow', 'tfjs-node');

/** A registry that never answers must not hold up the tests. */
const timeout = 150_000;

/** What a program prints. Errors: the last line that it printed as an error, or that it took too long. */
const run = (cwd: string, program: string, ...args: string[]): string => {
  try {
    const stdio: StdioOptions = ['ignore', 'pipe', 'pipe'];
    return execFileSync(program, args, { cwd, stdio, encoding: 'utf8', timeout }).trim();
  } catch (error) {
    const { stderr, message } = error as { stderr?: string; message: string };
    throw new Error(stderr?.trim().split('\n').at(-1) || message.split('\n')[0]);
  }
};

/** Downloads a package from the npm registry into a folder and unpacks these of its files. */
const unpackPackage = (folder: string, name: string, ...files: string[]): void => {
  run(folder, 'tar', 'xzf', run(folder, 'npm', 'pack', '--silent', name), ...files);
};

/** TensorFlow's library and its headers. */
type Library = {
  readonly title: string;
  /** Fetches both into a folder. */
  readonly fetch: (folder: string) => void;
  /** In that folder: the shared libraries, and what stands before `tensorflow/c/c_api.h`. */
  readonly libraries: string;
  readonly headers: string;
  /** The linker's options for them. */
  readonly link: readonly string[];
};

/** Leaves out what the binding does not need, most of a wheel. */
const unzip = `
import glob, zipfile
parts = ["libtensorflow", "include/tensorflow/c/", "include/tensorflow/core/platform/", "include/tensorflow/tsl/"]
with zipfile.ZipFile(glob.glob("*.whl")[0]) as wheel:
    wheel.extractall(members=[name for name in wheel.namelist()
                              if name.startswith(tuple("tensorflow/" + part for part in parts))])`;

/** The release whose library is the first that does without Python's. */
const wheel: Library = {
  title: "TensorFlow 2.12.1 of the Python index's wheel",
  fetch: (folder) => {
    const platform = ['--python-version', '3.11', '--platform', 'manylinux2014_x86_64'];
    const options = [
      '--quiet',
      '--disable-pip-version-check',
      '--no-deps',
      '--only-binary=:all:',
      ...platform,
    ];
    run(folder, 'python3', '-m', 'pip', 'download', ...options, 'tensorflow-cpu==2.12.1');
    run(folder, 'python3', '-c', unzip);
  },
  libraries: 'tensorflow',
  headers: 'tensorflow/include',
  link: ['-l:libtensorflow_cc.so.2', '-l:libtensorflow_framework.so.2'],
};

const releasedFolder = 'node_modules/@tensorflow/tfjs-node/deps';

/** The strings of tensors, which teachtop has none of, are others in this release: touching one ends the process. */
const stringHeader = `#include <cstdlib>
struct TF_TString { char bytes[24]; };
inline void TF_TString_Init(TF_TString*) { std::abort(); }
inline void TF_TString_Copy(TF_TString*, const char*, size_t) { std::abort(); }
inline const char* TF_TString_GetDataPointer(const TF_TString*) { std::abort(); }
inline size_t TF_TString_GetSize(const TF_TString*) { std::abort(); }
inline void TF_TString_Dealloc(TF_TString*) { std::abort(); }
`;

const npm: Library = {
  title: 'TensorFlow 1.15 of the npm package tfjs-node-lambda-releases',
  fetch: (folder) => {
    const archive = 'package/nodejs12.x-tf2.7.0.br';
    unpackPackage(folder, 'tfjs-node-lambda-releases@1.6.1', archive);
    writeFileSync(join(folder, 'release.tar'), brotliDecompressSync(readFileSync(join(folder, archive))));
    run(folder, 'tar', 'xf', 'release.tar', releasedFolder);
    const strings = join(folder, npm.headers, 'tensorflow/core/platform/ctstring_internal.h');
    mkdirSync(dirname(strings), { recursive: true });
    writeFileSync(strings, stringHeader);
  },
  libraries: `${releasedFolder}/lib`,
  headers: `${releasedFolder}/include`,
  link: ['-ltensorflow', '-ltensorflow_framework'],
};

/** tfjs-node without its install script, which fails where the library cannot be downloaded and takes it away again. */
const installTfjsNode = (): void => {
  run(
    project,
    'npm',
    'install',
    '--no-save',
    '--no-audit',
    '--no-fund',
    '--ignore-scripts',
    '--include=optional',
  );
};

/** Compiles tfjs-node's binding and puts it and the libraries where tfjs-node looks for them. */
const build = (folder: string, { libraries, headers, link }: Library): void => {
  unpackPackage(folder, 'node-api-headers@1.9.0', 'package/include');
  const binding = join(target, 'lib', 'napi-v8');
  const deps = join(target, 'deps', 'lib');
  for (const made of [binding, deps]) {
    rmSync(made, { recursive: true, force: true });
    mkdirSync(made, { recursive: true });
  }
  for (const name of readdirSync(join(folder, libraries)).filter((file) => file.startsWith('libtensorflow')))
    cpSync(join(folder, libraries, name), join(deps, name), { verbatimSymlinks: true });
  const includes = [headers, 'package/include'].flatMap((path) => ['-I', join(folder, path)]);
  const sources = ['tfjs_backend.cc', 'tfjs_binding.cc'].map((name) => join(target, 'binding', name));
  const output = [
    '-o',
    join(binding, 'tfjs_binding.node'),
    '-L',
    deps,
    ...link,
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
  ];
  const options = ['-O2', '-fPIC', '-shared', '-std=c++17', '-DNAPI_VERSION=8'];
  run(folder, 'g++', ...options, ...includes, ...sources, ...output);
};

const loadingProblem = (): string | null =>
  nativeProblem(pathToFileURL(join(target, 'dist', 'index.js')).href);

/** Puts this library under tfjs-node; says why where that fails, else null. */
const attempt = (library: Library): string | null => {
  const folder = mkdtempSync(join(tmpdir(), 'teachtop-tensorflow-'));
  try {
    library.fetch(folder);
    installTfjsNode();
    build(folder, library);
    return loadingProblem();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const libraries: Readonly<Record<string, Library>> = { wheel, npm };

const main = (asked: string | undefined): number => {
  if (asked !== undefined && !(asked in libraries)) {
    console.error(
      `native-tensorflow: got "${asked}", allowed: ${Object.keys(libraries).join(', ')}, or nothing`,
    );
    return 2;
  }
  if (asked === undefined && loadingProblem() === null) {
    console.log('native TensorFlow: loads already');
    return 0;
  }
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    console.log(`native TensorFlow: got ${process.platform} ${process.arch}, allowed: linux x64`);
    return 1;
  }
  for (const [name, library] of Object.entries(libraries)) {
    if (asked !== undefined && asked !== name) continue;
    const problem = attempt(library);
    console.log(`native TensorFlow: ${library.title}: ${problem ?? 'built and loads'}`);
    if (problem === null) return 0;
  }
  return 1;
};

process.exitCode = main(process.argv[2]);
