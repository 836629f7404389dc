import { Box, Text } from 'ink';
import type { ReactNode } from 'react';
import { inRole } from './compose.js';
import type { Pieces } from './panel-frame.js';

/** One line of text in roles, cut where it does not fit. */
export const Line = ({ pieces }: { readonly pieces: Pieces }): ReactNode => (
  <Text wrap="truncate-end">{pieces.map(([text, role]) => inRole(text, role)).join('') || ' '}</Text>
);

/** Lines one under the other. */
export const Lines = ({ lines }: { readonly lines: readonly Pieces[] }): ReactNode => (
  <Box flexDirection="column" flexShrink={0}>
    {[...lines.entries()].map(([at, pieces]) => (
      <Line key={at} pieces={pieces} />
    ))}
  </Box>
);
