/** Control characters as visible escapes, so that text from a file cannot steer the terminal. */
const harmless = (text: string): string =>
  text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

/**
 * A mistake in what the user gave: a file, an option, a key. Its message is one line that says where it is,
 * what was given and what is allowed; the program prints it alone and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string) {
    super(harmless(message));
  }
}
