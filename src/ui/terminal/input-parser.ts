import { isBarePaste, isText } from './bare-paste.js';
import { mouseBytesEvent, sequenceEvent } from './control-sequence.js';
import type { TerminalInputEvent } from './input-events.js';
import { keypadKey, typedKey } from './key-names.js';

const esc = '\u001b';
const bel = '\u0007';
const ctrlC = '\u0003';
/** Cancel and substitute: they end any sequence. */
const cancels = '\u0018\u001a';
/** Before a control character of 8 bits: UTF-8 writes C2 there; after any other such byte it is part of a character. */
const before8 = '(?:\\u00c2|(?<![\\u0080-\\u00ff]))';
const stringEnd = new RegExp(`(?:\\u0007|\\u001b\\\\|${before8}\\u009c)$`);
const pasteEnd = new RegExp(`(?:\\u001b\\[|${before8}\\u009b)201~$`);
/** Longest of these two, with a byte before it. */
const longestEnd = 7;

/** Longest part of a string or a paste that is kept; the rest is swallowed. */
const mostKept = 65_536;

/** How many milliseconds of silence decide what something is. */
const silence = {
  /** An escape is the key, and text without brackets has ended. */
  escape: 30,
  /** The same while an answer is on its way, which may come byte by byte. */
  escapeBeforeAnswer: 300,
  /** Nothing belongs to the escape any more that has been told, nor to what might have introduced a sequence after it. */
  late: 1000,
  /** A sequence will have no end. */
  unfinished: 2000,
  /** Nor will a paste. Its rest would be typed, so that it is given longer. */
  paste: 10_000,
} as const;

/** First bytes of strings that terminals send; after another one the introducer was alt and a key. */
const stringStarts: Readonly<Record<string, RegExp>> = {
  ']': /[\dlLI]/,
  P: /[\d>!$+=|;]/,
  _: /[\x20-\x7e]/,
  '^': /[\x20-\x7e]/,
  X: /[\x20-\x7e]/,
};

/** What follows an introducer in a sequence whose escape was told long before; before another byte it was typed. */
const lateStarts: Readonly<Record<string, RegExp>> = {
  '[': /[\d?<>=[A-DFHIOZ]/,
  O: /[A-DFHP-S]/,
  ']': /[\dlL]/,
  P: /[>\d!]/,
  _: /[G\d!]/,
};

/** The rest of a sequence that was given up: no hand types so much at once. */
const lostRest = new RegExp(`^(?:[^${esc}${bel}]*(?:${bel}|${esc}\\\\)|[\\d;:]+[@-~])`);

/** Bytes of a UTF-8 character by its first one, from 2 on; 1 for a byte that begins none. */
const characterLength = (first: string): number => {
  const lead = first.charCodeAt(0);
  return lead > 0xf4 ? 1 : 1 + [0xc2, 0xe0, 0xf0].filter((least) => lead >= least).length;
};

type State =
  | { readonly kind: 'ground' }
  /** An escape that may be a key or begin a sequence. */
  | { readonly kind: 'escape' }
  /** An escape was told as a key, and may have begun a sequence all the same. */
  | { readonly kind: 'late' }
  | { readonly kind: 'late-introducer'; readonly introducer: string }
  /** A character beyond ASCII that is not whole. */
  | { readonly kind: 'character'; readonly bytes: string }
  | { readonly kind: 'csi'; readonly text: string }
  | { readonly kind: 'ss3' }
  /** `isEnding`: the last byte was an escape, which its end begins with. `is8Bit`: it began with one control character. */
  | {
      readonly kind: 'string';
      readonly introducer: string;
      readonly text: string;
      readonly isEnding: boolean;
      readonly is8Bit: boolean;
    }
  /** Bytes of an X10 mouse report after `CSI M`. */
  | { readonly kind: 'mouse'; readonly bytes: string }
  /** `tail`: the latest bytes, as many as its end has. */
  | { readonly kind: 'paste'; readonly text: string; readonly tail: string }
  /** A sequence was given up whose rest may come yet. */
  | { readonly kind: 'lost' };

type StringState = Extract<State, { kind: 'string' }>;

const ground: State = { kind: 'ground' };

/** The state that an introducer after an escape begins, or one of 8 bits; null for a byte that is none. */
const begun = (introducer: string, is8Bit = false): State | null => {
  if (introducer === '[') return { kind: 'csi', text: '' };
  if (introducer === 'O') return { kind: 'ss3' };
  if (!(introducer in stringStarts)) return null;
  return { kind: 'string', introducer, text: '', isEnding: false, is8Bit };
};

/**
 * Tells keys, pastes, pointers and answers in what a terminal sends, however it is cut into pieces and however late
 * they come. Control strings are swallowed whole, known or not: no part of one is ever a key. Source: ECMA-48; xterm's
 * control sequences; the kitty keyboard protocol.
 */
export class InputParser {
  readonly #tell: (event: TerminalInputEvent) => void;
  readonly #isAnswerAwaited: () => boolean;
  #state: State = ground;
  /** Whether the last thing told is text without brackets, which may go on. */
  #toldBarePaste = false;

  /** `isAnswerAwaited`: whether the terminal has been asked something that it has not answered. */
  constructor(tell: (event: TerminalInputEvent) => void, isAnswerAwaited: () => boolean = () => false) {
    this.#tell = tell;
    this.#isAnswerAwaited = isAnswerAwaited;
  }

  /** After how many milliseconds without input to call `decide`; null where it does not matter what follows when. */
  get patienceMs(): number | null {
    switch (this.#state.kind) {
      case 'ground':
      case 'lost':
        return this.#toldBarePaste ? silence.escape : null;
      case 'escape':
        return this.#isAnswerAwaited() ? silence.escapeBeforeAnswer : silence.escape;
      case 'late':
      case 'late-introducer':
        return silence.late;
      case 'paste':
        return silence.paste;
      default:
        return silence.unfinished;
    }
  }

  /** Nothing has followed for as long as `patienceMs` says. What has no end is dropped, never typed. */
  decide(): void {
    this.#toldBarePaste = false;
    const state = this.#state;
    const isLost = state.kind === 'csi' || state.kind === 'string' || state.kind === 'lost';
    this.#state = isLost ? { kind: 'lost' } : ground;
    if (state.kind === 'late-introducer') this.#take(state.introducer);
    if (state.kind !== 'escape') return;
    this.#state = { kind: 'late' };
    this.#key('escape');
  }

  /** Takes what has arrived. */
  push(chunk: Uint8Array): void {
    let bytes = Buffer.from(chunk).toString('latin1');
    // A paste whose end got lost must not take the keyboard with it.
    if (this.#state.kind === 'paste' && bytes === ctrlC) this.#state = ground;
    if (this.#state.kind === 'lost') {
      this.#state = ground;
      bytes = bytes.replace(lostRest, '');
    }
    if (this.#takeBarePaste(bytes)) return;
    for (const byte of bytes) this.#take(byte);
  }

  /** Takes pasted text that has no brackets, or more of it; returns whether it was that. */
  #takeBarePaste(bytes: string): boolean {
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    const isPaste = isBarePaste(text) || (this.#toldBarePaste && isText(text));
    this.#toldBarePaste = isPaste && this.#isGroundFor(bytes);
    if (this.#toldBarePaste) this.#tell({ type: 'paste', text });
    return this.#toldBarePaste;
  }

  /** Whether these bytes belong to nothing that has begun. */
  #isGroundFor([first, second]: string): boolean {
    if (this.#state.kind === 'late') return !lateStarts[first]?.test(second);
    return this.#state.kind === 'ground';
  }

  #take(byte: string): void {
    const state = this.#state;
    switch (state.kind) {
      case 'ground':
      case 'lost':
        this.#takeTyped(byte);
        return;
      case 'escape':
        this.#takeAfterEscape(byte);
        return;
      case 'late':
        this.#state = byte in lateStarts ? { kind: 'late-introducer', introducer: byte } : ground;
        if (this.#state === ground) this.#takeTyped(byte);
        return;
      case 'late-introducer':
        this.#takeAfterLateIntroducer(byte, state.introducer);
        return;
      case 'character':
        this.#takeInCharacter(byte, state.bytes);
        return;
      case 'csi':
        this.#takeInSequence(byte, state.text);
        return;
      case 'ss3':
        this.#takeAfterShift(byte);
        return;
      case 'string':
        this.#takeInString(byte, state);
        return;
      case 'mouse':
        this.#takeMouse(byte, state.bytes);
        return;
      case 'paste':
        this.#takePasted(byte, state);
        return;
    }
  }

  #takeTyped(byte: string): void {
    if (byte === esc) this.#state = { kind: 'escape' };
    else if (byte < '\u0080') this.#type(byte);
    else if (byte < '\u00a0') this.#takeControl(byte);
    else if (characterLength(byte) > 1) this.#state = { kind: 'character', bytes: byte };
  }

  /** A control character of 8 bits, which is an escape and another byte; none is a key. */
  #takeControl(control: string): void {
    const introducer = String.fromCharCode(control.charCodeAt(0) - 0x40);
    this.#state = begun(introducer, true) ?? ground;
  }

  #takeInCharacter(byte: string, before: string): void {
    const bytes = before + byte;
    this.#state = ground;
    if (byte < '\u0080' || byte > '\u00bf') this.#takeTyped(byte);
    else if (bytes.length < characterLength(bytes)) this.#state = { kind: 'character', bytes };
    else {
      const character = Buffer.from(bytes, 'latin1').toString('utf8');
      if (character >= '\u0080' && character < '\u00a0') this.#takeControl(character);
      else if (!character.startsWith('\ufffd')) this.#type(character);
    }
  }

  #takeAfterEscape(byte: string): void {
    const state = begun(byte);
    this.#state = state ?? ground;
    if (state) return;
    // Alt and a key; the next of two escapes may begin a sequence.
    this.#key('escape');
    this.#takeTyped(byte);
  }

  #takeAfterLateIntroducer(byte: string, introducer: string): void {
    const isStart = lateStarts[introducer].test(byte);
    this.#state = (isStart ? begun(introducer) : null) ?? ground;
    if (!isStart) this.#type(introducer);
    this.#take(byte);
  }

  /** Of a sequence after `CSI`: parameters, intermediates and a final byte. */
  #takeInSequence(byte: string, text: string): void {
    if (byte === esc) this.#state = { kind: 'escape' };
    else if (cancels.includes(byte)) this.#state = ground;
    else if (byte < ' ') this.#control(byte);
    else if (text === '' && byte === '[') this.#state = { kind: 'csi', text: '[' };
    else if (text === '[') this.#state = ground;
    else if (byte >= '@' && byte <= '~') this.#endSequence(text, byte);
    else if (text.length < mostKept) this.#state = { kind: 'csi', text: text + byte };
  }

  #endSequence(text: string, final: string): void {
    this.#state = ground;
    if (text === '' && final === 'M') this.#state = { kind: 'mouse', bytes: '' };
    else if (text === '200' && final === '~') this.#state = { kind: 'paste', text: '', tail: '' };
    else this.#tellAny(sequenceEvent(text, final));
  }

  /** A control character within a sequence acts at once. */
  #control(byte: string): void {
    this.#type(byte);
    if (byte === ctrlC) this.#state = ground;
  }

  #takeAfterShift(byte: string): void {
    this.#state = ground;
    const name = keypadKey(byte);
    if (name !== null) this.#key(name);
    else if (!/[A-Z]/.test(byte)) this.#retype('O', byte);
  }

  /** What began as a sequence was typed with alt. */
  #retype(introducer: string, next: string): void {
    this.#state = ground;
    this.#key('escape');
    this.#type(introducer);
    this.#take(next);
  }

  #takeInString(byte: string, state: StringState): void {
    const { introducer, text, isEnding, is8Bit } = state;
    const isAlt = text === '' && !isEnding && !is8Bit && !stringStarts[introducer].test(byte);
    if (isAlt) this.#retype(introducer, byte);
    else if (stringEnd.test((isEnding ? esc : text.slice(-longestEnd)) + byte))
      this.#endString(introducer, text);
    else if (isEnding) {
      // The string was broken off, and another sequence has begun.
      this.#state = { kind: 'escape' };
      this.#take(byte);
    } else if (cancels.includes(byte)) this.#state = ground;
    else if (byte === ctrlC) this.#control(byte);
    else if (byte === esc) this.#state = { ...state, isEnding: true };
    else if (text.length < mostKept) this.#state = { ...state, text: text + byte };
  }

  #endString(introducer: string, text: string): void {
    this.#state = ground;
    const [, which, colour] = /^(\d+);(rgba?:[\da-f/]+)\u00c2?$/i.exec(text) ?? [];
    if (introducer === ']' && colour !== undefined) this.#tell({ type: 'colour', which, colour });
  }

  #takeMouse(byte: string, before: string): void {
    const bytes = before + byte;
    this.#state = ground;
    if (byte < ' ') this.#take(byte);
    else if (bytes.length < 3) this.#state = { kind: 'mouse', bytes };
    else this.#tellAny(mouseBytesEvent(bytes));
  }

  #takePasted(byte: string, { text, tail }: Extract<State, { kind: 'paste' }>): void {
    const latest = (tail + byte).slice(-longestEnd);
    const kept = text.length < mostKept ? text + byte : text;
    const isEnd = pasteEnd.test(latest);
    this.#state = isEnd ? ground : { kind: 'paste', text: kept, tail: latest };
    if (!isEnd) return;
    const bytes = Buffer.from(kept.replace(pasteEnd, ''), 'latin1');
    this.#tell({ type: 'paste', text: bytes.toString('utf8') });
  }

  /** What a character or a control character types, if anything. */
  #type(character: string): void {
    const name = typedKey(character);
    if (name !== null) this.#key(name);
  }

  #key(name: string): void {
    this.#tell({ type: 'key', name });
  }

  #tellAny(event: TerminalInputEvent | null): void {
    if (event) this.#tell(event);
  }
}
