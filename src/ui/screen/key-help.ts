import { type Drawing, shorten } from '../terminal/drawing.js';
import type { KeyBinding } from './key-rows.js';
import type { Pieces } from './panel-frame.js';

/** Columns of a help line before the description. */
export const keyWidth = 11;

/** The line of a key in a help of this width. */
export const helpLine = ({ label, description }: KeyBinding, width: number, drawing: Drawing): Pieces => [
  [`${shorten(label, keyWidth - 1, drawing)} `.padEnd(keyWidth), 'key'],
  [shorten(description, width - keyWidth, drawing), 'text'],
];
