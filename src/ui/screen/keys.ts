/** What has the keyboard: the panels of a live run or of a log, or the overlay that is open. */
export type Mode = 'panels' | 'watch' | 'perturb' | 'presets' | 'help';

export type ActionId =
  | 'pause'
  | 'freeze'
  | 'step'
  | 'epoch'
  | 'perturb'
  | 'undo'
  | 'redo'
  | 'rewind'
  | 'frame-before'
  | 'frame-after'
  | 'event-before'
  | 'event-after'
  | 'play'
  | 'play-faster'
  | 'play-slower'
  | 'theory'
  | 'break'
  | 'control'
  | 'promote-control'
  | 'faster-learning'
  | 'slower-learning'
  | 'threshold'
  | 'matrix-view'
  | 'axis'
  | 'smoothing'
  | 'cursor'
  | 'zoom-in'
  | 'zoom-out'
  | 'layer-above'
  | 'layer-below'
  | 'preset-number'
  | 'presets'
  | 'restart'
  | 'restart-new-seed'
  | 'log'
  | 'focus-next'
  | 'focus-previous'
  | 'up'
  | 'down'
  | 'left'
  | 'right'
  | 'page-up'
  | 'page-down'
  | 'first'
  | 'last'
  | 'more-frames'
  | 'fewer-frames'
  | 'theme'
  | 'palette'
  | 'mouse'
  | 'drawing'
  | 'help'
  | 'quit'
  | 'interrupt'
  | 'repaint'
  | 'suspend'
  | 'close'
  | 'back'
  | 'apply'
  | 'next-field'
  | 'erase'
  | 'type';

export type KeyBinding = {
  /** Names as `keysOf` gives them; "text" stands for any character without a binding of its own. */
  readonly keys: readonly string[];
  /** The keys as a person reads them. */
  readonly label: string;
  /** Two words at most, for the footer; empty where the footer leaves it out. */
  readonly hint: string;
  readonly description: string;
  readonly action: ActionId;
  readonly when: readonly Mode[];
};

const panels: readonly Mode[] = ['panels'];
/** The panels, be they of a live run or of a log. */
const looking: readonly Mode[] = ['panels', 'watch'];
const watching: readonly Mode[] = ['watch'];
const everywhere: readonly Mode[] = ['panels', 'watch', 'perturb', 'presets', 'help'];

const bind = (
  keys: string,
  label: string,
  hint: string,
  description: string,
  action: ActionId,
  when: readonly Mode[] = panels,
): KeyBinding => ({ keys: keys.split(' '), label, hint, description, action, when });

/** Every key of the dashboard, in the order of help and README; the footer takes hints in this order too. */
export const keyTable: readonly KeyBinding[] = [
  bind('space', 'space', 'pause', 'pause or resume the training', 'pause'),
  bind('p', 'p', 'perturb', 'perturb the student: a menu of what to do to it', 'perturb'),
  bind('u', 'u', 'undo', 'undo the last perturbation: back to the state just before it', 'undo'),
  bind('U', 'U', '', 'redo: back to where the last undo or rewind came from', 'redo'),
  bind('space', 'space', 'play', 'of a log: play it, or stop', 'play', watching),
  bind('+ =', '+', 'faster', 'of a log: play twice as fast', 'play-faster', watching),
  bind('-', '-', 'slower', 'of a log: play half as fast', 'play-slower', watching),
  bind('/', '/', 'presets', 'list of presets, with search', 'presets'),
  bind('?', '?', 'help', 'this list', 'help', looking),
  bind('q', 'q', 'quit', 'quit', 'quit', looking),
  bind(',', ',', 'back', 'the frame before, while the run goes on', 'frame-before', looking),
  bind('.', '.', 'on', 'the frame after', 'frame-after', looking),
  bind('{', '{', '', 'back to where something happened', 'event-before', looking),
  bind('}', '}', '', 'on to where something happened', 'event-after', looking),
  bind('b', 'b', '', 'rewind the run to the frame on display, and go on from there', 'rewind'),
  bind('B', 'B', '', 'pause by itself: at the next node specialized, one lost, a plateau, or never', 'break'),
  bind(
    'c',
    'c',
    'control',
    'control: the run as it would go on untouched, beside it; again to drop it',
    'control',
  ),
  bind('C', 'C', '', "take the control's course in place of the run's", 'promote-control'),
  bind('f', 'f', 'freeze', 'freeze the view while the training goes on', 'freeze'),
  bind('s', 's', 'step', 'one step, then pause', 'step'),
  bind('n', 'n', 'epoch', 'run to the end of the epoch, then pause', 'epoch'),
  bind('+ =', '+', '', 'double the learning rate', 'faster-learning'),
  bind('-', '-', '', 'halve the learning rate', 'slower-learning'),
  bind('m', 'm', 'matrix', 'matrix: correlation, specialized, observability', 'matrix-view', looking),
  bind('a', 'a', '', 'axis of the loss, or of the focused chart: logarithmic or linear', 'axis', looking),
  bind('S', 'S', '', 'smoothing of the charts: none, 0.6, 0.9', 'smoothing', looking),
  bind('x', 'x', '', 'cursor on the charts: left and right read their values', 'cursor', looking),
  bind('z', 'z', '', 'zoom in: half the time on every chart', 'zoom-in', looking),
  bind('Z', 'Z', '', 'zoom out', 'zoom-out', looking),
  bind('y', 'y', 'theory', "theory: the paper's statements, checked on the student as it is", 'theory'),
  bind('[', '[', '', 'the hidden layer below, in networks of several', 'layer-below', looking),
  bind(']', ']', '', 'the hidden layer above', 'layer-above', looking),
  bind('t', 't', 'threshold', 'threshold: .5 .6 .7 .8 .9 .95 .99', 'threshold'),
  bind('r', 'r', 'restart', 'restart with the same seed', 'restart'),
  bind('R', 'R', '', 'restart with a new seed', 'restart-new-seed'),
  bind('1 2 3 4 5 6 7 8 9', '1-9', '', 'start a preset by its number in the list', 'preset-number'),
  bind('l', 'l', 'log', 'log on or off', 'log'),
  bind('tab', 'tab', 'focus', 'focus the next panel', 'focus-next', looking),
  bind('shift-tab', 'shift-tab', '', 'focus the previous panel', 'focus-previous', looking),
  bind('up', 'up', '', 'scroll up, or choose the one above', 'up', everywhere),
  bind('down', 'down', '', 'scroll down, or choose the one below', 'down', everywhere),
  bind('left', 'left', '', 'scroll left, move the cursor, or lower the value', 'left', [
    'panels',
    'watch',
    'perturb',
  ]),
  bind('right', 'right', '', 'scroll right, move the cursor, or raise the value', 'right', [
    'panels',
    'watch',
    'perturb',
  ]),
  bind('pageup', 'page up', '', 'scroll up by ten', 'page-up', everywhere),
  bind('pagedown', 'page down', '', 'scroll down by ten', 'page-down', everywhere),
  bind('home', 'home', '', 'scroll to the start', 'first', everywhere),
  bind('end', 'end', '', 'scroll to the end', 'last', everywhere),
  bind('>', '>', '', 'more frames a second', 'more-frames', looking),
  bind('<', '<', '', 'fewer frames a second', 'fewer-frames', looking),
  bind('T', 'T', '', "theme: for a dark or a light background, or the terminal's own", 'theme', looking),
  bind('P', 'P', '', 'palette: okabe-ito, contrast, or mono without colours', 'palette', looking),
  bind('D', 'D', '', 'draw with Unicode or with ASCII characters', 'drawing', looking),
  bind('M', 'M', '', "mouse: click and wheel here, or the terminal's own selection", 'mouse', looking),
  bind('enter', 'enter', 'apply', 'apply what is chosen', 'apply', ['perturb', 'presets']),
  bind('tab', 'tab', 'next value', 'next value of a perturbation', 'next-field', ['perturb']),
  bind('escape', 'esc', 'close', 'close the menu, the list or the help', 'close', [
    'perturb',
    'presets',
    'help',
  ]),
  bind(
    'escape',
    'esc',
    '',
    'take the cursor away; back to the present; to the sweep that the run was opened from',
    'back',
    looking,
  ),
  bind('? q', '?', '', 'close the help', 'close', ['help']),
  bind('p q', 'p', '', 'close the menu', 'close', ['perturb']),
  bind('backspace', 'backspace', '', 'erase a character', 'erase', ['perturb', 'presets']),
  bind('space text', 'letters', '', 'search the presets', 'type', ['presets']),
  bind('text', 'digits', '', 'type a value', 'type', ['perturb']),
  bind('ctrl-l', 'ctrl-l', '', 'repaint the screen', 'repaint', everywhere),
  bind('ctrl-z', 'ctrl-z', '', 'suspend; fg brings it back', 'suspend', everywhere),
  bind('ctrl-c', 'ctrl-c', '', 'quit', 'interrupt', everywhere),
];

const isText = (key: string): boolean => [...key].length === 1;

/** What a key does in a mode; undefined when it does nothing there. */
export const bindingFor = (
  mode: Mode,
  key: string,
  table: readonly KeyBinding[] = keyTable,
): KeyBinding | undefined => {
  const here = table.filter(({ when }) => when.includes(mode));
  return (
    here.find(({ keys }) => keys.includes(key)) ??
    (isText(key) ? here.find(({ keys }) => keys.includes('text')) : undefined)
  );
};

/** Bindings whose hints the footer shows in a mode. */
export const footerBindings = (mode: Mode, table: readonly KeyBinding[] = keyTable): readonly KeyBinding[] =>
  table.filter(({ hint, when }) => hint !== '' && when.includes(mode));

/** The key table as a Markdown table, for the README. */
export const keyTableMarkdown = (): string =>
  [
    '| key | what it does |',
    '| --- | --- |',
    ...keyTable.map(({ label, description }) => `| \`${label}\` | ${description} |`),
  ].join('\n');
