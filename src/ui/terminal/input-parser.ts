import { StringDecoder } from 'node:string_decoder';
import { codedKey, keypadKey, letterKey, numberKey, typedKey } from './key-names.js';

/** Where the mouse did something, in cells from the upper left corner, which is 0, 0. */
export type Pointer = {
  readonly kind: 'press' | 'wheel-up' | 'wheel-down';
  readonly column: number;
  readonly row: number;
};

/** What a terminal has sent. */
export type TerminalInputEvent =
  | { readonly type: 'key'; readonly name: string }
  | { readonly type: 'paste'; readonly text: string }
  | { readonly type: 'pointer'; readonly pointer: Pointer }
  /** It has taken in all that was written before the request. */
  | { readonly type: 'answer' }
  /** A colour that was asked for: "11" and "rgb:ffff/ffff/ffff". */
  | { readonly type: 'colour'; readonly which: string; readonly colour: string };

const esc = '\u001b';
const bel = '\u0007';
const ctrlC = '\u0003';
/** Cancel and substitute: they end any sequence. */
const cancels = '\u0018\u001a';

/** Longest part of a string or a paste that is kept; the rest is swallowed. */
const mostKept = 65_536;

/** First bytes of strings that terminals send; after another one the introducer was alt and a key. */
const stringStarts: Readonly<Record<string, RegExp>> = {
  ']': /[\dlLI]/,
  P: /[\d>!$+=|;]/,
  _: /[\x20-\x7e]/,
  '^': /[\x20-\x7e]/,
  X: /[\x20-\x7e]/,
};

/** The rest of a report after its escape: no hand types so much at once. */
const lateRest = /^(?:\[[?<>=]?\d[\d;:]*[@-~]|\][\dlLI]+;|[P_][>G\d!])/;

const pasteEnd = `${esc}[201~`;

/** Text without brackets: so many characters at once, so many of them different, that no hand has typed them. */
const leastPasted = 6;
const leastDifferent = 4;

/** Whether there is no key in it that types nothing. */
const isText = (text: string): boolean => !/\p{Cc}/u.test(text.replace(/[\t\r\n]/g, ''));

/** Whether this came at once from a terminal that knows no bracketed paste; keys held down are few different ones. */
const isBarePaste = (text: string): boolean => {
  // A character that is cut in two is none.
  const characters = [...text].filter((character) => character !== '\ufffd');
  return characters.length >= leastPasted && new Set(characters).size >= leastDifferent && isText(text);
};

type State =
  | { readonly kind: 'ground' }
  /** An escape that may be a key or begin a sequence. */
  | { readonly kind: 'escape' }
  | { readonly kind: 'csi'; readonly text: string }
  | { readonly kind: 'ss3' }
  /** `isEnding`: the last byte was an escape, which its end begins with. */
  | {
      readonly kind: 'string';
      readonly introducer: string;
      readonly text: string;
      readonly isEnding: boolean;
    }
  /** Bytes of an X10 mouse report after `CSI M`. */
  | { readonly kind: 'mouse'; readonly bytes: string }
  /** `tail`: the latest bytes, as many as its end has. */
  | { readonly kind: 'paste'; readonly text: string; readonly tail: string };

const ground: State = { kind: 'ground' };

/** A button's code in any of the mouse's encodings; null for what means nothing here. */
const pointerKind = (button: number, isRelease: boolean): Pointer['kind'] | null => {
  if (isRelease) return null;
  const kinds: Readonly<Record<number, Pointer['kind']>> = { 0: 'press', 64: 'wheel-up', 65: 'wheel-down' };
  return kinds[button] ?? null;
};

/**
 * Tells keys, pastes, pointers and answers in what a terminal sends, however it is cut into pieces. Control strings are
 * swallowed whole, known or not: no part of one is ever a key. Source: ECMA-48; xterm's control sequences; the kitty
 * keyboard protocol.
 */
export class InputParser {
  readonly #tell: (event: TerminalInputEvent) => void;
  readonly #decoder = new StringDecoder('utf8');
  #state: State = ground;
  /** Whether the last thing told is an escape that nothing has followed yet. */
  #toldEscape = false;
  /** Whether the last thing told is text without brackets, which may go on. */
  #toldBarePaste = false;

  constructor(tell: (event: TerminalInputEvent) => void) {
    this.#tell = tell;
  }

  /** Whether it matters that something follows soon: an escape that waits is a key else, and pasted text has ended. */
  get isUndecided(): boolean {
    return this.#state.kind === 'escape' || this.#toldBarePaste;
  }

  /** Nothing has followed for a while. */
  decide(): void {
    this.#toldBarePaste = false;
    if (this.#state.kind !== 'escape') return;
    this.#state = ground;
    this.#key('escape');
    this.#toldEscape = true;
  }

  /** Takes what has arrived. */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.from(chunk).toString('latin1');
    // A paste whose end got lost must not take the keyboard with it.
    if (this.#state.kind === 'paste' && bytes === ctrlC) this.#state = ground;
    // The rest of a sequence whose escape was told long before.
    if (this.#toldEscape && lateRest.test(bytes)) this.#state = { kind: 'escape' };
    this.#toldEscape = false;
    if (this.#takeBarePaste(bytes)) return;
    for (const byte of bytes) this.#take(byte);
  }

  /** Takes pasted text that has no brackets, or more of it; returns whether it was that. */
  #takeBarePaste(bytes: string): boolean {
    const text = Buffer.from(bytes, 'latin1').toString('utf8');
    const isPaste = isBarePaste(text) || (this.#toldBarePaste && isText(text));
    this.#toldBarePaste = this.#state.kind === 'ground' && isPaste;
    if (this.#toldBarePaste) this.#tell({ type: 'paste', text });
    return this.#toldBarePaste;
  }

  #take(byte: string): void {
    const state = this.#state;
    switch (state.kind) {
      case 'ground':
        this.#takeTyped(byte);
        return;
      case 'escape':
        this.#takeAfterEscape(byte);
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
        this.#takeMouse(state.bytes + byte);
        return;
      case 'paste':
        this.#takePasted(byte, state);
        return;
    }
  }

  #takeTyped(byte: string): void {
    if (byte === esc) {
      this.#state = { kind: 'escape' };
      return;
    }
    for (const character of this.#decoder.write(Buffer.from(byte, 'latin1'))) {
      const name = typedKey(character);
      if (name !== null) this.#key(name);
    }
  }

  #takeAfterEscape(byte: string): void {
    if (byte === '[') this.#state = { kind: 'csi', text: '' };
    else if (byte === 'O') this.#state = { kind: 'ss3' };
    else if (byte in stringStarts)
      this.#state = { kind: 'string', introducer: byte, text: '', isEnding: false };
    else {
      // Alt and a key; the next of two escapes may begin a sequence.
      this.#state = ground;
      this.#key('escape');
      this.#takeTyped(byte);
    }
  }

  /** Of a sequence after `ESC [`: parameters, intermediates and a final byte. */
  #takeInSequence(byte: string, text: string): void {
    if (byte === esc) this.#state = { kind: 'escape' };
    else if (cancels.includes(byte)) this.#state = ground;
    else if (byte < ' ') this.#control(byte);
    else if (text === '' && byte === '[') this.#state = { kind: 'csi', text: '[' };
    else if (text === '[') this.#state = ground;
    else if (byte >= '@' && byte <= '~') {
      this.#state = ground;
      this.#sequence(text, byte);
    } else if (text.length < mostKept) this.#state = { kind: 'csi', text: text + byte };
  }

  /** A control character within a sequence acts at once. */
  #control(byte: string): void {
    const name = typedKey(byte);
    if (name !== null) this.#key(name);
    if (byte === ctrlC) this.#state = ground;
  }

  #takeAfterShift(byte: string): void {
    this.#state = ground;
    const name = keypadKey(byte);
    if (name !== null) this.#key(name);
    else if (!/[A-Z]/.test(byte)) for (const each of [esc, 'O', byte]) this.#retype(each);
  }

  /** What began as a sequence was typed with alt. */
  #retype(byte: string): void {
    if (byte === esc) this.#key('escape');
    else this.#takeTyped(byte);
  }

  #takeInString(byte: string, state: Extract<State, { kind: 'string' }>): void {
    const { introducer, text, isEnding } = state;
    if (text === '' && !isEnding && !stringStarts[introducer].test(byte)) {
      this.#state = ground;
      for (const each of [esc, introducer]) this.#retype(each);
      this.#take(byte);
    } else if (byte === bel || (isEnding && byte === '\\')) this.#endString(introducer, text);
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
    const [, which, colour] = /^(\d+);(rgba?:[\da-f/]+)$/i.exec(text) ?? [];
    if (introducer === ']' && colour !== undefined) this.#tell({ type: 'colour', which, colour });
  }

  #takeMouse(bytes: string): void {
    if (bytes.length < 3) {
      this.#state = { kind: 'mouse', bytes };
      return;
    }
    this.#state = ground;
    const [button, column, row] = Array.from(bytes, (byte) => byte.charCodeAt(0) - 32);
    this.#point(button, column, row, (button & 3) === 3);
  }

  #takePasted(byte: string, { text, tail }: Extract<State, { kind: 'paste' }>): void {
    const latest = (tail + byte).slice(-pasteEnd.length);
    const kept = text.length < mostKept ? text + byte : text;
    if (latest !== pasteEnd) {
      this.#state = { kind: 'paste', text: kept, tail: latest };
      return;
    }
    this.#state = ground;
    const end = kept.lastIndexOf(esc);
    const bytes = Buffer.from(end === -1 ? kept : kept.slice(0, end), 'latin1');
    this.#tell({ type: 'paste', text: bytes.toString('utf8') });
  }

  /** A whole control sequence. */
  #sequence(text: string, final: string): void {
    if (text === '' && final === 'M') this.#state = { kind: 'mouse', bytes: '' };
    else if (text === '200' && final === '~') this.#state = { kind: 'paste', text: '', tail: '' };
    else if (text === '0' && final === 'n') this.#tell({ type: 'answer' });
    else if (/^<\d+;\d+;\d+$/.test(text) && (final === 'M' || final === 'm')) {
      const [button, column, row] = text.slice(1).split(';').map(Number);
      this.#point(button, column, row, final === 'm');
    } else if (/^\d+;\d+;\d+$/.test(text) && final === 'M') {
      const [button, column, row] = text.split(';').map(Number);
      this.#point(button - 32, column, row, ((button - 32) & 3) === 3);
    } else if (/^[\d;:]*$/.test(text)) this.#keySequence(text, final);
  }

  /** `CSI code:shifted:base ; modifier:event ; text final`, parts of it left out. */
  #keySequence(text: string, final: string): void {
    const parts = text
      .split(';')
      .map((part) => part.split(':').map((each) => (each === '' ? undefined : Number(each))));
    const [code = 1, shifted, base] = parts[0];
    const [modifier = 1, event = 1] = parts[1] ?? [];
    const release = 3;
    if (event === release) return;
    const name = this.#nameOf(final, code, modifier, {
      ...(shifted === undefined ? {} : { shifted }),
      ...(base === undefined ? {} : { base }),
      ...(parts[2]?.[0] === undefined ? {} : { third: parts[2][0] }),
    });
    if (name !== null) this.#key(name);
  }

  #nameOf(
    final: string,
    code: number,
    modifier: number,
    more: { readonly shifted?: number; readonly base?: number; readonly third?: number },
  ): string | null {
    const { third } = more;
    if (final === 'u')
      return codedKey(code, modifier, third === undefined ? more : { ...more, shifted: third });
    if (final === 'Z') return 'shift-tab';
    if (final !== '~') return letterKey(final);
    // xterm's modifyOtherKeys tells what shift has made of the key already.
    const isOther = code === 27 && third !== undefined;
    return isOther ? codedKey(third, modifier, { shifted: third }) : numberKey(code);
  }

  #point(button: number, column: number, row: number, isRelease: boolean): void {
    const kind = pointerKind(button, isRelease);
    if (kind !== null) this.#tell({ type: 'pointer', pointer: { kind, column: column - 1, row: row - 1 } });
  }

  #key(name: string): void {
    this.#tell({ type: 'key', name });
  }
}
