import type { RecordState, RunState } from '../../protocol/index.js';

/** What is going on, as far as the footer's words for the keys depend on it. */
export type Situation = {
  readonly runState: RunState | RecordState;
  readonly isStarting: boolean;
  /** Whether the screen stands still in the past. */
  readonly isPast: boolean;
  readonly isPlaying: boolean;
  readonly isFrozen: boolean;
  /** In the charts or in the matrix. */
  readonly hasCursor: boolean;
  readonly hasControl: boolean;
  readonly showsTheory: boolean;
  /** Whether other runs are laid over the one on display. */
  readonly showsOthers: boolean;
  /** What is being typed into the settings; null while nothing is. */
  readonly typing: 'value' | 'name' | null;
  readonly canUndo: boolean;
  readonly canRedo: boolean;
  readonly canBringBack: boolean;
  /** Whether there is something behind the screen that escape goes back to. */
  readonly canGoBack: boolean;
  /** Panels on the screen. */
  readonly panels: readonly string[];
};

/** A key of a screen, as footer, help, settings and documentation show it. */
export type KeyBinding<Mode extends string = string> = {
  /** What is done, as settings name it. */
  readonly action: string;
  /** Names as terminal input gives them; "text" stands for any character without a binding of its own. */
  readonly keys: readonly string[];
  /** The keys as a person reads them. */
  readonly label: string;
  /** Two words at most, for the footer; empty where the footer leaves it out. May depend on what is going on. */
  readonly hint: string | ((situation: Situation) => string);
  /** Whether the footer has it at every width. */
  readonly isKept: boolean;
  /** The section of the help that it stands in. */
  readonly group: string;
  /** Empty where the key before it tells of both. */
  readonly description: string;
  /** What has the keyboard where the key does this. */
  readonly when: readonly Mode[];
  /** Whether settings cannot give it another key. */
  readonly fixed: boolean;
  /** Why it does nothing as things are, for the footer; empty where it does something. */
  readonly why: (situation: Situation) => string;
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
    hint: KeyBinding['hint'],
    description: string,
    act: KeyRow<Mode, Actions>['act'],
  ): KeyRow<Mode, Actions> => {
    const names = keys.split(' ');
    const label = shownKey(names[0]);
    const rest = { isKept: false, group: '', why: () => '' };
    return { action, keys: names, label, hint, description, when, fixed, act, ...rest };
  };

/** Rows of one section of the help. */
export const inGroup = <Row extends KeyBinding>(group: string, rows: readonly Row[]): Row[] =>
  rows.map((row) => ({ ...row, group }));

/** A row that the footer has at every width. */
export const kept = <Row extends KeyBinding>(row: Row): Row => ({ ...row, isKept: true });

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

/** A key with the words that the footer has for it now. */
export type Hinted<Row> = { readonly row: Row; readonly hint: string };

/** Bindings whose hints the footer shows in a mode; no situation: of a screen whose hints depend on none. */
export const footerBindings = <Row extends KeyBinding>(
  mode: Row['when'][number],
  table: readonly Row[],
  situation: Situation | null,
): readonly Hinted<Row>[] =>
  table.flatMap((row) => {
    if (situation && row.why(situation) !== '') return [];
    const hint = typeof row.hint === 'string' ? row.hint : situation ? row.hint(situation) : '';
    return hint !== '' && row.when.includes(mode) ? [{ row, hint }] : [];
  });
