import { logLine } from '../../log/index.js';
import type { SessionMessage } from '../../protocol/index.js';

/** Writes a run's frame log to standard output, the lines that a file would have: for `teachtop --log=- | jq`. */
export const logStream = (stdout: NodeJS.WriteStream): { receive(message: SessionMessage): void } => ({
  receive(message) {
    if (message.type === 'header' || message.type === 'frame' || message.type === 'event')
      stdout.write(logLine(message));
  },
});
