import { mkdirSync } from 'node:fs';
import os from 'node:os';
import { isAbsolute, join, sep } from 'node:path';
import process from 'node:process';
import { createFolders } from '../../files/index.js';
import { UserError } from '../../input/index.js';
import type { Host } from './process-host.js';

type Environment = Host['environment'];

/** What a folder is for, as its errors say it. */
type Purpose = 'settings' | 'logs';

const name = 'teachtop';

/** A variable that the environment does not set, or sets to nothing or to no absolute path, is no answer. */
const absolute = (path: string | undefined): string | null =>
  path !== undefined && isAbsolute(path) ? path : null;

/** The home folder in the system's list of users; null for a user who is not in it, as in many containers. */
const listedHome = (): string | null => {
  try {
    return absolute(os.userInfo().homedir);
  } catch {
    return null;
  }
};

/** Where a platform has settings and data: in the folder that a variable names, else so far below the home folder. */
type Places = { readonly home: string } & {
  readonly [P in Purpose]: { readonly variable?: string; readonly below: string; readonly end: string };
};

const placesOf: Readonly<Record<string, Places>> = {
  darwin: {
    home: 'HOME',
    settings: { below: join('Library', 'Preferences'), end: name },
    logs: { below: join('Library', 'Application Support'), end: name },
  },
  win32: {
    home: 'USERPROFILE',
    settings: { variable: 'APPDATA', below: join('AppData', 'Roaming'), end: join(name, 'Config') },
    logs: { variable: 'LOCALAPPDATA', below: join('AppData', 'Local'), end: join(name, 'Data') },
  },
};

/** Source: XDG Base Directory Specification. */
const elsewhere: Places = {
  home: 'HOME',
  settings: { variable: 'XDG_CONFIG_HOME', below: '.config', end: name },
  logs: { variable: 'XDG_DATA_HOME', below: join('.local', 'share'), end: name },
};

/** The folders of the program's user, as far as the environment and the system know of any. */
export class UserFolders {
  /** Null where neither knows of one. */
  readonly home: string | null;
  readonly #environment: Environment;
  readonly #places: Places;

  constructor(environment: Environment, platform: string = process.platform, findHome = listedHome) {
    this.#environment = environment;
    this.#places = placesOf[platform] ?? elsewhere;
    this.home = absolute(environment[this.#places.home]) ?? findHome();
  }

  /** The program's own folder for a purpose, which need not exist; where there is none, an error that names the variables. */
  locate(purpose: Purpose): string | UserError {
    const { home } = this.#places;
    const { variable, below, end } = this.#places[purpose];
    const named = variable === undefined ? null : absolute(this.#environment[variable]);
    const base = named ?? (this.home && join(this.home, below));
    if (base !== null) return join(base, end);
    const variables = [home, ...(variable === undefined ? [] : [variable])].join(' or ');
    return new UserError(
      `no folder for ${purpose}: got no home folder, allowed: ${variables} with an absolute path`,
    );
  }

  /** A text without the home folder's name, which is nobody's business. */
  hideHome(text: string): string {
    return this.home === null ? text : text.replaceAll(this.home + sep, `~${sep}`);
  }

  /** A path whose `~` is the home folder, which no shell has put in its place. Errors: UserError where there is none. */
  expand(path: string): string {
    if (path !== '~' && !path.startsWith('~/')) return path;
    if (this.home === null)
      throw new UserError(`${path}: got no home folder, allowed: ${this.#places.home} with an absolute path`);
    return join(this.home, path.slice(1));
  }
}

/** Makes a folder that nobody but its user looks into. Errors: those of the file system. */
export const createPrivateFolder = (folder: string): void =>
  createFolders(folder, (path) => mkdirSync(path, 0o700));
