import { createSupportsColor } from 'supports-color';
import type { Appearance, ThemeName } from '../../ui/index.js';
import type { Options } from '../line/option-table.js';
import type { Host } from './process-host.js';
import type { SettingsValues } from './settings.js';

/** What the terminal can show. */
export type TerminalTraits = {
  /** 0 none, 1 sixteen colours, 2 256 colours, 3 true colour. */
  readonly colorLevel: 0 | 1 | 2 | 3;
  readonly drawing: 'utf8' | 'ascii';
  /** What the environment tells of the background: dark, where it tells nothing. */
  readonly background: ThemeName;
  /** Whether asking the terminal for its background does no harm. */
  readonly asksBackground: boolean;
};

/** Terminals whose fonts lack the braille and block characters. */
const poorFonts = /^(vt\d+|linux|dumb)/;

const drawsUtf8 = ({ environment }: Host): boolean => {
  const locale = environment.LC_ALL || environment.LC_CTYPE || environment.LANG || '';
  return /utf-?8/i.test(locale) && !poorFonts.test(environment.TERM ?? '');
};

/** Terminals that know of questions for a colour, and keep quiet where they have no answer. */
const answersColours = /^(xterm|tmux|rxvt|alacritty|foot|kitty|wezterm|ghostty|konsole|gnome|vte|st-)/;

/** COLORFGBG ends in the background's number among the 16 colours: rxvt's way to tell, and konsole's. */
const backgroundIn = ({ COLORFGBG = '' }: Host['environment']): ThemeName => {
  const number = Number(COLORFGBG.split(';').at(-1) || Number.NaN);
  return number === 7 || (number > 8 && number < 16) ? 'light' : 'dark';
};

/** How roles look, by the options, else the settings. */
export const appearanceOn = (
  { colorLevel, background, asksBackground }: TerminalTraits,
  options: Options,
  settings: SettingsValues,
): Appearance => {
  const theme = options.theme ?? settings.theme;
  return {
    theme,
    palette: options.palette ?? settings.palette,
    colorLevel,
    background,
    asksBackground: asksBackground && theme === 'auto',
  };
};

/** Reads the environment: NO_COLOR and FORCE_COLOR, TERM and COLORTERM, the locale; options and settings win. */
export const terminalTraits = (host: Host, options: Options, settings: SettingsValues): TerminalTraits => {
  const { environment, stdout } = host;
  const unwanted = Boolean(environment.NO_COLOR) && environment.FORCE_COLOR === undefined;
  const refused = options.color === null ? unwanted : !options.color;
  const support = refused ? false : createSupportsColor(stdout, { sniffFlags: false });
  const colorLevel = support === false ? 0 : (support.level as TerminalTraits['colorLevel']);
  const wanted = options.ascii ? 'ascii' : settings.drawing;
  return {
    colorLevel,
    drawing: wanted === 'auto' ? (drawsUtf8(host) ? 'utf8' : 'ascii') : wanted,
    background: backgroundIn(environment),
    asksBackground: colorLevel > 0 && answersColours.test(environment.TERM ?? ''),
  };
};

/** Whether a terminal takes lines only: it can do nothing else, or Ink's programs are told of a screen reader. */
const takesLinesOnly = ({ environment }: Host): boolean =>
  environment.TERM === 'dumb' || environment.INK_SCREEN_READER === 'true';

/** Whether lines are for a listener: asked for, or on a terminal that takes nothing else. */
export const wantsSentences = ({
  host,
  options,
}: {
  readonly host: Host;
  readonly options: Options;
}): boolean => options.sentences || (!options.headless && host.stdout.isTTY === true && takesLinesOnly(host));

/** Whether standard output takes the frame log in place of a folder. */
export const streamsLog = ({ options }: { readonly options: Options }): boolean => options.logFolder === '-';

/** Whether the terminal can show a screen at all. */
export const canDraw = ({ host, options }: { readonly host: Host; readonly options: Options }): boolean =>
  !options.headless &&
  !options.sentences &&
  !streamsLog({ options }) &&
  host.stdout.isTTY === true &&
  host.stdin.isTTY === true &&
  !takesLinesOnly(host);
