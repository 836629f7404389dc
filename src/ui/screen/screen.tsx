import { Box, Text } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { DashboardModel } from '../dashboard/dashboard-model.js';
import { type Layout, type PanelSize, type Stack, smallestSize, stackGap } from '../dashboard/layout.js';
import type { Outline } from '../dashboard/outline.js';
import { helpLines } from '../dashboard/overlays/help-lines.js';
import { perturbLines, presetLines } from '../dashboard/overlays/overlay-lines.js';
import {
  type OverlayText,
  overlayChrome,
  overlayColumns,
  overlayTextColumns,
  overlayTextRows,
} from '../dashboard/overlays/overlay-text.js';
import { type Drawing, drawings } from '../terminal/drawing.js';
import { panelMarker } from './compose.js';
import { footerHints, footerPieces } from './footer.js';
import { Line, Lines } from './lines.js';

/** Holds the place of a panel whose cells are painted over what Ink draws here. */
const Panel = ({ id, width, height }: PanelSize): ReactNode => (
  <Box width={width} height={height} flexShrink={0}>
    <Text>{new Array(height).fill(panelMarker(id).repeat(width)).join('\n')}</Text>
  </Box>
);

const PanelStack = ({ stack }: { readonly stack: Stack }): ReactNode => (
  <Box flexDirection="column" flexShrink={0}>
    {stack.map((panel) => (
      <Panel key={panel.id} {...panel} />
    ))}
  </Box>
);

/** An opaque box over the middle of the panels; header and footer stay in sight. */
const Overlay = ({
  layout,
  drawing,
  text,
  width,
}: {
  readonly layout: Layout;
  readonly drawing: Drawing;
  readonly text: OverlayText;
  readonly width: number;
}): ReactNode => {
  const shown = Math.min(overlayTextRows(layout), text.lines.length);
  const above = Math.floor((overlayTextRows(layout) - shown) / 2);
  return (
    <Box
      position="absolute"
      marginLeft={Math.floor((layout.columns - width) / 2)}
      marginTop={layout.header.height + above}
      width={width}
      height={shown + overlayChrome.rows}
      flexDirection="column"
      borderStyle={drawing.name === 'utf8' ? 'round' : 'classic'}
      backgroundColor="black"
      overflow="hidden"
      paddingX={1}
    >
      <Line pieces={[[text.title, 'focus']]} />
      <Lines lines={text.lines} />
    </Box>
  );
};

const overlayText = (
  outline: Outline,
  width: number,
  height: number,
  drawing: Drawing,
): OverlayText | null => {
  const { overlay, teachers, presets } = outline;
  switch (overlay?.kind) {
    case 'help':
      return helpLines(outline.base, outline.focus, overlay.scroll, width, height, drawing, outline.keys);
    case 'perturb':
      return perturbLines(overlay, teachers, outline.preview, width, height, drawing);
    case 'presets':
      return presetLines(presets, overlay, outline.running, width, height, drawing);
    case undefined:
      return null;
  }
};

const TooSmall = ({ columns, rows }: Outline): ReactNode => (
  <Text wrap="truncate-end">
    {`needs ${smallestSize.columns}x${smallestSize.rows}, is ${columns}x${rows} (q quits)`}
  </Text>
);

/** Everything on the screen that Ink lays out. */
export const Screen = ({ model }: { readonly model: DashboardModel }): ReactNode => {
  const outline = useSyncExternalStore(
    (listener) => model.subscribe(listener),
    () => model.outline,
  );
  const { columns, rows, layout } = outline;
  if (!layout) return <TooSmall {...outline} />;
  const drawing = drawings[outline.drawing];
  const width = overlayColumns(columns);
  const text = overlayText(outline, overlayTextColumns(columns), overlayTextRows(layout), drawing);
  const { mode, keys, notice, situation } = outline;
  const hints = footerHints(columns, mode, keys, notice, situation);
  return (
    <Box flexDirection="column" width={columns} height={rows} overflow="hidden">
      <Panel {...layout.header} />
      {layout.body.map((row) => (
        <Box key={row[0][0].id} columnGap={stackGap(layout.framed)} flexShrink={0}>
          {row.map((stack) => (
            <PanelStack key={stack[0].id} stack={stack} />
          ))}
        </Box>
      ))}
      <Line pieces={footerPieces(hints, columns, notice, drawing)} />
      {text && <Overlay layout={layout} drawing={drawing} text={text} width={width} />}
    </Box>
  );
};
