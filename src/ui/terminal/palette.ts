/** Colours that go together: Okabe and Ito's, the same with more contrast, or none but bold, faint and inverse. */
export const paletteNames = ['okabe-ito', 'contrast', 'mono'] as const;
export type PaletteName = (typeof paletteNames)[number];

/** What colours are seen against. Terminals differ; these are the two that ratios are counted from. */
export const backgrounds = { dark: '#000000', light: '#ffffff' } as const;

export const channelsOf = (hex: string): [number, number, number] => {
  const channel = (start: number): number => Number.parseInt(hex.slice(start, start + 2), 16);
  return [channel(1), channel(3), channel(5)];
};

const hexOf = (channels: readonly number[]): string =>
  `#${channels.map((value) => Math.round(value).toString(16).padStart(2, '0')).join('')}`;

/** An sRGB channel, 0 to 255, as light, 0 to 1. Source: IEC 61966-2-1. */
export const linear = (channel: number): number => {
  const value = channel / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
};

const luminance = (hex: string): number => {
  const [red, green, blue] = channelsOf(hex).map(linear);
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** Contrast ratio of two colours, 1 to 21. Source: WCAG 2.2, "contrast ratio". */
export const contrast = (a: string, b: string): number => {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
};

/** Whether a background, its channels from 0 to 1, is seen as dark or light: which of black and white stands out more. */
const backgroundKind = (shares: readonly number[]): keyof typeof backgrounds => {
  const hex = hexOf(shares.map((share) => share * 255));
  return contrast(hex, backgrounds.dark) > contrast(hex, backgrounds.light) ? 'light' : 'dark';
};

/** The colour mixed with white on a dark background, black on a light one, until it has at least this contrast. */
export const strengthened = (hex: string, theme: keyof typeof backgrounds, ratio: number): string => {
  const target = theme === 'dark' ? 255 : 0;
  const mixed = (share: number): string =>
    hexOf(channelsOf(hex).map((value) => value + (target - value) * share));
  const shares = Array.from({ length: 101 }, (_, percent) => percent / 100);
  return mixed(shares.find((share) => contrast(mixed(share), backgrounds[theme]) >= ratio) ?? 1);
};

/** Whether a colour as terminals tell it, each channel of 1 to 4 hexadecimal digits, is dark or light; null for another. */
export const backgroundOf = (colour: string): keyof typeof backgrounds | null => {
  const found = /^rgba?:([\da-f]{1,4})\/([\da-f]{1,4})\/([\da-f]{1,4})/i.exec(colour);
  if (!found) return null;
  const shares = found.slice(1, 4).map((digits) => Number.parseInt(digits, 16) / (16 ** digits.length - 1));
  return backgroundKind(shares);
};
