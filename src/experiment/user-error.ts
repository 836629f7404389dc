/**
 * A mistake in what the user gave: a file, an option, a key. Its message is one line that says where it is,
 * what was given and what is allowed; the program prints it alone and exits with code 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';

  constructor(message: string) {
    super(message.replace(/\s*[\r\n]+\s*/g, ' '));
  }
}
