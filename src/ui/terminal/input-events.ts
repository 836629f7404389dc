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
