import { describe, expect, test } from 'vitest';
import { backgrounds, channelsOf, contrast, linear } from '../../../src/ui/terminal/palette.js';
import { colourOf, heatRoles, type Role, roleCodes, roles } from '../../../src/ui/terminal/theme.js';

const themes = ['dark', 'light'] as const;
const palettes = ['okabe-ito', 'contrast'] as const;

/** Colours as eyes without one kind of cones see them, in linear RGB. Source: Machado, Oliveira, Fernandes 2009. */
const eyes = {
  'all cones': [1, 0, 0, 0, 1, 0, 0, 0, 1],
  'no red cones': [
    0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998,
  ],
  'no green cones': [
    0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881,
  ],
  'no blue cones': [
    1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039,
  ],
} as const;

/** CIE L*a*b*, D65. */
const labOf = (rgb: readonly number[]): number[] => {
  const [r, g, b] = rgb.map((value) => Math.min(1, Math.max(0, value)));
  const f = (t: number): number => (t > (6 / 29) ** 3 ? Math.cbrt(t) : t / (3 * (6 / 29) ** 2) + 4 / 29);
  const x = f((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const y = f(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const z = f((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
};

const seen = (hex: string, matrix: readonly number[]): number[] => {
  const rgb = channelsOf(hex).map(linear);
  return labOf([0, 1, 2].map((row) => rgb.reduce((sum, value, at) => sum + matrix[3 * row + at] * value, 0)));
};

/** CIE 1976 difference of two colours; 2.3 is just noticeable. */
const difference = (a: string, b: string, matrix: readonly number[]): number => {
  const other = seen(b, matrix);
  return Math.hypot(...seen(a, matrix).map((value, at) => value - other[at]));
};

/** Roles that stand side by side and mean different things. */
const neighbours: readonly (readonly Role[])[] = [
  ['train', 'evaluation', 'control'],
  ['specialized', 'lost', 'partial', 'unlearned'],
  ['badgeRunning', 'badgePaused', 'badgeAlarm'],
];

const colour = (role: Role, theme: (typeof themes)[number], palette: (typeof palettes)[number]): string =>
  colourOf(role, theme, palette) ?? '';

describe.each(themes)('on a %s background', (theme) => {
  const fills = /^(rule|span|heat|selected|text|title)/;
  const read = roles.filter((role) => !fills.test(role));

  test.each([
    ['okabe-ito', 4.5],
    ['contrast', 7],
  ] as const)('%s has a contrast of %d to 1 and more', (palette, least) => {
    const weak = read
      .map((role) => [role, contrast(colour(role, theme, palette), backgrounds[theme])] as const)
      .filter(([, ratio]) => ratio < least);
    expect(weak).toEqual([]);
  });

  test.each(palettes)('in %s nothing below the threshold is louder than what is above it', (palette) => {
    const loudness = (role: Role): number => contrast(colour(role, theme, palette), backgrounds[theme]);
    const below = (['partial', 'unlearned', ...heatRoles] as const).map(loudness);
    expect(Math.max(...below)).toBeLessThan(loudness('specialized'));
    expect(loudness('unlearned')).toBeLessThanOrEqual(loudness('partial'));
  });

  test.each(palettes)('neighbours in %s stay apart for all eyes', (palette) => {
    const near = Object.entries(eyes).flatMap(([eye, matrix]) =>
      neighbours.flatMap((group) =>
        group.flatMap((a, at) =>
          group
            .slice(at + 1)
            .map(
              (b) =>
                [
                  eye,
                  a,
                  b,
                  Math.round(difference(colour(a, theme, palette), colour(b, theme, palette), matrix)),
                ] as const,
            )
            .filter(([, , , apart]) => apart < 10),
        ),
      ),
    );
    expect(near).toEqual([]);
  });

  test('mono has no colour at all', () => {
    for (const { colour: code } of roleCodes(theme, 3, 'mono')) expect(code).toBe('39');
  });
});
