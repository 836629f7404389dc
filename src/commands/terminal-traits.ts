import { createSupportsColor } from 'supports-color';
import type { SettingsValues } from '../settings.js';
import type { Host } from './host.js';
import type { Options } from './options.js';

/** What the terminal can show. */
export type TerminalTraits = {
  /** 0 none, 1 sixteen colours, 2 256 colours, 3 true colour. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  readonly drawing: 'utf8' | 'ascii';
};

/** Terminals whose fonts lack the braille and block characters. */
const poorFonts = /^(vt\d+|linux|dumb)/;

const drawsUtf8 = ({ environment }: Host): boolean => {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale) && !poorFonts.test(environment.TERM ?? '');
};

/** Reads the environment: NO_COLOR and FORCE_COLOR, TERM and COLORTERM, the locale; options and settings win. */
export const terminalTraits = (host: Host, options: Options, settings: SettingsValues): TerminalTraits => {
  const { environment, stdout } = host;
  const refused = Boolean(environment.NO_COLOR) && environment.FORCE_COLOR === undefined;
  const support = refused ? false : createSupportsColor(stdout, { sniffFlags: false });
  const colorLevel = support === false ? 0 : (support.level as TerminalTraits['colorLevel']);
  const wanted = options.ascii ? 'ascii' : settings.drawing;
  return { colorLevel, drawing: wanted === 'auto' ? (drawsUtf8(host) ? 'utf8' : 'ascii') : wanted };
};

/** Whether lines are for a listener: asked for, or on a terminal that can do nothing else. */
export const wantsSentences = ({
  host,
  options,
}: {
  readonly host: Host;
  readonly options: Options;
}): boolean =>
  options.sentences || (!options.headless && host.stdout.isTTY === true && host.environment.TERM === 'dumb');

/** Whether the terminal can show a screen at all. */
export const canDraw = ({ host, options }: { readonly host: Host; readonly options: Options }): boolean =>
  !options.headless &&
  !options.sentences &&
  host.stdout.isTTY === true &&
  host.stdin.isTTY === true &&
  host.environment.TERM !== 'dumb';
