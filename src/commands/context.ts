import type { Host } from './host/host.js';
import type { Settings } from './host/settings.js';
import type { Options } from './line/option-table.js';

/** What every command gets: the process, the command line, the settings file and the platform's folders. */
export type Context = {
  readonly host: Host;
  readonly options: Options;
  readonly settings: Settings;
  readonly out: (line: string) => void;
  readonly warn: (line: string) => void;
  readonly logParent: string;
};
