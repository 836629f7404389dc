import type { Pointer, TerminalInputEvent } from './input-events.js';
import { codedKey, letterKey, numberKey } from './key-names.js';

/** A button's code in any of the mouse's encodings; null for what means nothing here. */
const pointerKind = (button: number, isRelease: boolean): Pointer['kind'] | null => {
  if (isRelease) return null;
  const kinds: Readonly<Record<number, Pointer['kind']>> = { 0: 'press', 64: 'wheel-up', 65: 'wheel-down' };
  return kinds[button] ?? null;
};

/** What the mouse did, its place counted from 1; null for what means nothing here. */
const pointed = (
  button: number,
  column: number,
  row: number,
  isRelease: boolean,
): TerminalInputEvent | null => {
  const kind = pointerKind(button, isRelease);
  return kind === null ? null : { type: 'pointer', pointer: { kind, column: column - 1, row: row - 1 } };
};

/** In the encodings without a sign of their own for it, 3 of the lowest bits is a button released. */
const pointedByCode = (button: number, column: number, row: number): TerminalInputEvent | null =>
  pointed(button, column, row, (button & 3) === 3);

/** The three bytes after `CSI M`, each 32 more than it says. */
export const mouseBytesEvent = (bytes: string): TerminalInputEvent | null => {
  const [button, column, row] = Array.from(bytes, (byte) => byte.charCodeAt(0) - 32);
  return pointedByCode(button, column, row);
};

/** What `CSI text final` says; null for what means nothing here. Source: xterm's control sequences; the kitty keyboard protocol. */
export const sequenceEvent = (text: string, final: string): TerminalInputEvent | null => {
  if (text === '0' && final === 'n') return { type: 'answer' };
  if (/^<\d+;\d+;\d+$/.test(text) && (final === 'M' || final === 'm')) {
    const [button, column, row] = text.slice(1).split(';').map(Number);
    return pointed(button, column, row, final === 'm');
  }
  if (/^\d+;\d+;\d+$/.test(text) && final === 'M') {
    const [button, column, row] = text.split(';').map(Number);
    return pointedByCode(button - 32, column, row);
  }
  const name = /^[\d;:]*$/.test(text) ? sequenceKey(text, final) : null;
  return name === null ? null : { type: 'key', name };
};

/** `CSI code:shifted:base ; modifier:event ; text final`, parts of it left out. */
const sequenceKey = (text: string, final: string): string | null => {
  const parts = text
    .split(';')
    .map((part) => part.split(':').map((each) => (each === '' ? undefined : Number(each))));
  const [code = 1, shifted, base] = parts[0];
  const [modifier = 1, event = 1] = parts[1] ?? [];
  const third = parts[2]?.[0];
  const release = 3;
  if (event === release) return null;
  if (final === 'u') return codedKey(code, modifier, { shifted: third ?? shifted, base });
  if (final === 'Z') return 'shift-tab';
  if (final !== '~') return letterKey(final);
  // xterm's modifyOtherKeys tells what shift has made of the key already.
  const isOther = code === 27 && third !== undefined;
  return isOther ? codedKey(third, modifier, { shifted: third }) : numberKey(code);
};
