import { channelsOf, type PaletteName, strengthened } from './palette.js';

/** How many colours the terminal shows: none, 16, 256 or 24 bits. */
export type ColorLevel = 0 | 1 | 2 | 3;
export type ThemeName = 'dark' | 'light';

/** The theme that a person chooses: a background, or whichever the terminal has. */
export const themeChoices = ['auto', 'dark', 'light'] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** What a colour stands for. Views name roles only; meaning never rests on colour alone. */
export const roles = [
  'text',
  'dim',
  'title',
  'key',
  'rule',
  'focus',
  'train',
  'evaluation',
  'control',
  'span',
  'mark',
  'specialized',
  'lost',
  'partial',
  'unlearned',
  'notice',
  'alarm',
  'recording',
  'selected',
  'badgeRunning',
  'badgePaused',
  'badgeFrozen',
  'badgeControl',
  'badgeDone',
  'badgeAlarm',
  'strength0',
  'strength1',
  'strength2',
  'strength3',
  'strength4',
  'strength5',
  'heat0',
  'heat1',
  'heat2',
  'heat3',
  'heat4',
] as const;
export type Role = (typeof roles)[number];

type Look = {
  /** Colours on a dark and on a light background. */
  readonly rgb?: readonly [dark: string, light: string];
  /** One of the terminal's own 16 colours. */
  readonly basic?: number;
  readonly bold?: boolean;
  readonly inverse?: boolean;
  /** Faint where there are no colours. */
  readonly quiet?: boolean;
};

/**
 * Okabe and Ito's palette for categories and viridis for ramps, lightened or darkened to suit the background:
 * both stay apart for colour-blind eyes. What is above the threshold has one
 * saturated colour, what is below has greys with less contrast. Source: Okabe, Ito 2008, "Color Universal Design"; matplotlib viridis.
 */
const looks: Readonly<Record<Role, Look>> = {
  text: {},
  dim: { rgb: ['#949494', '#626262'], basic: 8, quiet: true },
  title: { bold: true },
  key: { rgb: ['#56b4e9', '#1a4fc0'], basic: 6, bold: true },
  rule: { rgb: ['#585858', '#a8a8a8'], basic: 8, quiet: true },
  focus: { rgb: ['#56b4e9', '#1a4fc0'], basic: 14, bold: true },
  train: { rgb: ['#e69f00', '#af5f00'], basic: 3 },
  evaluation: { rgb: ['#56b4e9', '#1a4fc0'], basic: 6, quiet: true },
  control: { rgb: ['#35d0a0', '#007a57'], basic: 2 },
  span: { rgb: ['#5f4a20', '#e4c99a'], basic: 8, quiet: true },
  mark: { rgb: ['#cc79a7', '#a0457a'], basic: 5 },
  specialized: { rgb: ['#3fe0b0', '#004820'], basic: 2, bold: true },
  lost: { rgb: ['#c8926a', '#8f5424'], basic: 1 },
  partial: { rgb: ['#b0b0b0', '#404040'], basic: 8 },
  unlearned: { rgb: ['#8a8a8a', '#757575'], basic: 8, quiet: true },
  notice: { rgb: ['#f0e442', '#463200'], basic: 11, bold: true },
  alarm: { rgb: ['#ff8040', '#c04800'], basic: 1 },
  recording: { rgb: ['#ff8040', '#c04800'], basic: 9, bold: true },
  selected: { inverse: true },
  badgeRunning: { rgb: ['#009e73', '#007a57'], basic: 2, bold: true, inverse: true },
  badgePaused: { rgb: ['#f0e442', '#463200'], basic: 11, bold: true, inverse: true },
  badgeFrozen: { rgb: ['#56b4e9', '#1a4fc0'], basic: 14, bold: true, inverse: true },
  badgeControl: { rgb: ['#35d0a0', '#007a57'], basic: 2, bold: true, inverse: true },
  badgeDone: { rgb: ['#d0d0d0', '#444444'], basic: 7, bold: true, inverse: true },
  badgeAlarm: { rgb: ['#ff8040', '#c04800'], basic: 9, bold: true, inverse: true },
  strength0: { rgb: ['#fde725', '#440154'], basic: 11 },
  strength1: { rgb: ['#addc30', '#472d7b'], basic: 10 },
  strength2: { rgb: ['#5ec962', '#3b528b'], basic: 2 },
  strength3: { rgb: ['#28ae80', '#2c728e'], basic: 6 },
  strength4: { rgb: ['#2c9a9e', '#1b7d78'], basic: 14 },
  strength5: { rgb: ['#5a8fc0', '#2a8050'], basic: 12 },
  heat0: { rgb: ['#4e4e4e', '#bcbcbc'], basic: 8, quiet: true },
  heat1: { rgb: ['#606060', '#a8a8a8'], basic: 8, quiet: true },
  heat2: { rgb: ['#7a7a7a', '#909090'], basic: 8, quiet: true },
  heat3: { rgb: ['#909090', '#7a7a7a'], basic: 8, quiet: true },
  heat4: { rgb: ['#a4a4a4', '#666666'], basic: 8, quiet: true },
};

/** Terminal codes of a role: attributes that need a reset to end, and a colour that another colour ends. */
export type RoleCodes = { readonly attributes: string; readonly colour: string };

const cubeLevels = [0, 95, 135, 175, 215, 255];

const distance = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, channel) => sum + (value - b[channel]) ** 2, 0);

/** The xterm colour, 16 to 255, closest to an RGB colour: from the 6x6x6 cube or the grey ramp. */
const nearestIndexed = (hex: string): number => {
  const wanted = channelsOf(hex);
  const cube = wanted.map((value) => {
    const gaps = cubeLevels.map((level) => Math.abs(level - value));
    return gaps.indexOf(Math.min(...gaps));
  });
  const mean = wanted.reduce((sum, value) => sum + value, 0) / 3;
  const grey = Math.max(0, Math.min(23, Math.round((mean - 8) / 10)));
  const cubeDistance = distance(
    wanted,
    cube.map((index) => cubeLevels[index]),
  );
  const greyDistance = distance(wanted, new Array(3).fill(8 + 10 * grey));
  return cubeDistance <= greyDistance ? 16 + 36 * cube[0] + 6 * cube[1] + cube[2] : 232 + grey;
};

/** Roles that fill or frame, and say nothing by their contrast. */
const quietRoles: readonly Role[] = ['rule', 'span', 'heat0', 'heat1', 'heat2', 'heat3', 'heat4'];

/** Contrast of the palette of that name, of text and of what only fills or frames. */
const leastContrast = { text: 7, quiet: 3 };

/** The colour of a role in 24 bits; null where it has the terminal's own. */
export const colourOf = (role: Role, theme: ThemeName, palette: PaletteName = 'okabe-ito'): string | null => {
  const { rgb } = looks[role];
  if (!rgb || palette === 'mono') return null;
  const hex = rgb[theme === 'dark' ? 0 : 1];
  const least = quietRoles.includes(role) ? leastContrast.quiet : leastContrast.text;
  return palette === 'contrast' ? strengthened(hex, theme, least) : hex;
};

/** One of the terminal's own 16 colours; with more contrast the bright ones in the dark, the others in the light. */
const basicOf = (basic: number, theme: ThemeName, palette: PaletteName): number => {
  if (palette !== 'contrast') return basic;
  if (basic === 8) return theme === 'dark' ? 7 : 8;
  return theme === 'dark' ? (basic % 8) + 8 : basic % 8;
};

const colourCode = (role: Role, theme: ThemeName, level: ColorLevel, palette: PaletteName): string => {
  const { basic } = looks[role];
  const hex = colourOf(role, theme, palette);
  if (level === 0 || hex === null || basic === undefined) return '39';
  const own = basicOf(basic, theme, palette);
  if (level === 1) return String(own < 8 ? 30 + own : 82 + own);
  if (level === 2) return `38;5;${nearestIndexed(hex)}`;
  return `38;2;${channelsOf(hex).join(';')}`;
};

const codesOf = (role: Role, theme: ThemeName, level: ColorLevel, palette: PaletteName): RoleCodes => {
  const { bold, quiet, inverse } = looks[role];
  const colourless = level === 0 || palette === 'mono';
  return {
    attributes: [bold && '1', quiet && colourless && '2', inverse && '7'].filter(Boolean).join(';'),
    colour: colourCode(role, theme, level, palette),
  };
};

/** Terminal codes of every role, in the order of `roles`: the one place where colours are made. */
export const roleCodes = (
  theme: ThemeName,
  level: ColorLevel,
  palette: PaletteName = 'okabe-ito',
): readonly RoleCodes[] => roles.map((role) => codesOf(role, theme, level, palette));

const strengths: readonly Role[] = [
  'strength0',
  'strength1',
  'strength2',
  'strength3',
  'strength4',
  'strength5',
];

/** Colour of the teacher node at this rank of `count`, strongest first. */
export const strengthRole = (rank: number, count: number): Role =>
  strengths[count < 2 ? 0 : Math.round((rank / (count - 1)) * (strengths.length - 1))];

export const heatRoles: readonly Role[] = ['heat0', 'heat1', 'heat2', 'heat3', 'heat4'];
