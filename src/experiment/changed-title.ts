/** Settings that are shown beside every title. */
const shownApart = ['seed', 'epochs', 'precision'];

/**
 * A preset's title with the settings, `key=value`, that are not its own. What the title says of settings stands in
 * parentheses at its end, and is left out then.
 */
export const changedTitle = (title: string, settings: readonly string[]): string => {
  const given = new Map(settings.map((text) => [text.split('=')[0], text]));
  const changed = [...given].filter(([key]) => !shownApart.includes(key)).map(([, text]) => text);
  return changed.length === 0 ? title : `${title.replace(/ \([^()]*\)$/, '')} with ${changed.join(', ')}`;
};
