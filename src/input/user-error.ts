/** Control characters as visible escapes, so that text from a file cannot steer the terminal. */
const harmless = (text: string): string =>
  text
    .replace(/\s*[\r\n]+\s*/g, ' ')
    .replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`);

const userErrorName = 'UserError';

/**
 * A mistake in what the user gave: a file, an option, a key. Its message is one line that says where it is,
 * what was given and what is allowed; the program prints it alone and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = userErrorName;

  constructor(message: string) {
    super(harmless(message));
  }
}

/** Whether an error is one, out of a thread too: that takes its class away, and a bundle its class's name. */
export const isUserError = (error: unknown): error is Error =>
  error instanceof Error && error.name === userErrorName;
