import type { DashboardKey, Mode } from '../dashboard/actions/actions.js';
import { type KeyBinding, shownKey } from './key-rows.js';
import { keyTable } from './keys.js';

/** Keys of one's own: for an action the key, or the keys, in place of its own. */
export type KeyChoice = Readonly<Record<string, string | readonly string[]>>;

/** Names of keys that are no single character, beside ctrl- with a letter. */
const namedKeys: readonly string[] = [
  'space',
  'tab',
  'shift-tab',
  'enter',
  'escape',
  'backspace',
  'up',
  'down',
  'left',
  'right',
  'pageup',
  'pagedown',
  'home',
  'end',
];

/** The panels and the help: menus and the list of presets take letters as text and keep their own keys. */
const choosableModes: readonly Mode[] = ['panels', 'watch', 'help'];

/** Actions whose keys can be chosen. */
export const choosableActions: readonly string[] = [
  ...new Set(keyTable.filter(({ fixed }) => !fixed).map(({ action }) => action)),
];

const keysFor = (choice: KeyChoice, action: string): readonly string[] | null => {
  const keys = Object.hasOwn(choice, action) ? choice[action] : undefined;
  if (keys === undefined) return null;
  return typeof keys === 'string' ? [keys] : keys;
};

/** The key table with a person's own keys; where menus share a binding with the panels it keeps its keys there. */
export const chosenKeys = (choice: KeyChoice): readonly DashboardKey[] =>
  keyTable.flatMap((binding): DashboardKey[] => {
    const keys = keysFor(choice, binding.action);
    if (keys === null || binding.fixed) return [binding];
    const here = binding.when.filter((mode) => choosableModes.includes(mode));
    const elsewhere = binding.when.filter((mode) => !choosableModes.includes(mode));
    const label = keys.map(shownKey).join(' ');
    return [
      ...(here.length > 0 ? [{ ...binding, keys, label, when: here }] : []),
      ...(elsewhere.length > 0 ? [{ ...binding, when: elsewhere }] : []),
    ];
  });

const isKey = (key: string): boolean =>
  namedKeys.includes(key) || /^ctrl-[a-z]$/.test(key) || /^[^\p{C}\p{Z}]$/u.test(key);

/** Two actions of one mode that would have the same key, as a sentence; null when there are none. */
const conflictIn = (table: readonly KeyBinding<Mode>[]): string | null => {
  for (const mode of choosableModes) {
    const taken = new Map<string, string>();
    for (const { keys, action, when } of table)
      for (const key of when.includes(mode) ? keys : []) {
        const other = taken.get(key);
        if (other !== undefined && other !== action)
          return `"${key}" would be both "${other}" and "${action}"; give the other a key too`;
        taken.set(key, action);
      }
  }
  return null;
};

/** What is wrong with keys of one's own, in words; null where nothing is. */
export const keyProblem = (choice: KeyChoice): string | null => {
  for (const [action, given] of Object.entries(choice)) {
    if (!choosableActions.some((each) => each === action))
      return `"${action}": no action with a choice of keys; allowed: ${choosableActions.join(', ')}`;
    const keys = typeof given === 'string' ? [given] : given;
    if (keys.length === 0) return `"${action}": got no key, allowed: one or several`;
    const strange = keys.find((key) => !isKey(key));
    if (strange !== undefined)
      return `"${action}": got ${JSON.stringify(strange)}, allowed: a character, ctrl- and a letter, or ${namedKeys.join(', ')}`;
  }
  return conflictIn(chosenKeys(choice));
};

/** Actions with the keys that they have at first, as a Markdown table for docs/reference/settings.md. */
export const keyChoiceMarkdown = (): string =>
  [
    '| action | keys at first | what it does |',
    '| --- | --- | --- |',
    ...choosableActions.map((action) => {
      const bindings = keyTable.filter((binding) => binding.action === action);
      const keys = bindings[0].keys.map((key) => `\`"${key}"\``).join(' ');
      return `| \`${action}\` | ${keys} | ${bindings[0].description} |`;
    }),
  ].join('\n');
