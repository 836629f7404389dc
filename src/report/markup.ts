/** Text that is HTML or SVG already; only `markup` makes it, so that nothing gets in unescaped. */
export type Markup = { readonly markup: string };

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * Text as it may stand between tags or inside a quoted attribute; what XML cannot hold, and what turns the text after it
 * around, becomes U+FFFD.
 */
export const escapeText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]|[\u{fffe}\u{ffff}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu, '\u{fffd}')
    .replace(/[&<>"']/g, (character) => entities[character]);

type Insert = string | number | Markup | readonly Markup[];

const inserted = (value: Insert): string => {
  if (typeof value === 'string' || typeof value === 'number') return escapeText(String(value));
  return 'markup' in value ? value.markup : value.map(({ markup: text }) => text).join('');
};

/** Template tag: what is inserted is escaped, unless it is markup itself. */
export const markup = (parts: TemplateStringsArray, ...values: readonly Insert[]): Markup => ({
  markup: parts.reduce((text, part, index) => `${text}${inserted(values[index - 1])}${part}`),
});

/** Takes text over as markup, unescaped: only for what a drawing library has written. */
export const trusted = (text: string): Markup => ({ markup: text });
