/** A key of a screen, as footer, help, settings and documentation show it. */
export type KeyBinding<Mode extends string = string> = {
  /** What is done, as settings name it. */
  readonly action: string;
  /** Names as terminal input gives them; "text" stands for any character without a binding of its own. */
  readonly keys: readonly string[];
  /** The keys as a person reads them. */
  readonly label: string;
  /** Two words at most, for the footer; empty where the footer leaves it out. */
  readonly hint: string;
  /** Empty where the key before it tells of both. */
  readonly description: string;
  /** What has the keyboard where the key does this. */
  readonly when: readonly Mode[];
  /** Whether settings cannot give it another key. */
  readonly fixed: boolean;
};

/** A key with what it does; `Actions` is what it may use for that. */
export type KeyRow<Mode extends string, Actions> = KeyBinding<Mode> & {
  act(actions: Actions, key: string): void;
};

const shownKeys: Readonly<Record<string, string>> = {
  pageup: 'page up',
  pagedown: 'page down',
  escape: 'esc',
};

/** A key as a person reads it. */
export const shownKey = (key: string): string => shownKeys[key] ?? key;

/** Makes rows of keys that work in these modes. `keys` are names with spaces between them; the label is the first. */
export const rowsIn =
  <Mode extends string, Actions>(when: readonly Mode[], { fixed } = { fixed: false }) =>
  (
    action: string,
    keys: string,
    hint: string,
    description: string,
    act: KeyRow<Mode, Actions>['act'],
  ): KeyRow<Mode, Actions> => {
    const names = keys.split(' ');
    return { action, keys: names, label: shownKey(names[0]), hint, description, when, fixed, act };
  };

const isText = (key: string): boolean => [...key].length === 1;

/** What a key does in a mode; undefined when it does nothing there. */
export const bindingFor = <Row extends KeyBinding>(
  mode: Row['when'][number],
  key: string,
  table: readonly Row[],
): Row | undefined => {
  const here = table.filter(({ when }) => when.includes(mode));
  return (
    here.find(({ keys }) => keys.includes(key)) ??
    (isText(key) ? here.find(({ keys }) => keys.includes('text')) : undefined)
  );
};

/** Bindings whose hints the footer shows in a mode. */
export const footerBindings = <Row extends KeyBinding>(
  mode: Row['when'][number],
  table: readonly Row[],
): readonly Row[] => table.filter(({ hint, when }) => hint !== '' && when.includes(mode));
