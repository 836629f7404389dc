import { Box, Text } from 'ink';
import { type ReactNode, useSyncExternalStore } from 'react';
import type { DashboardModel } from '../dashboard/dashboard-model.js';
import { smallestSize } from '../dashboard/layout.js';
import type { Outline } from '../dashboard/outline.js';
import { experimentLines } from '../dashboard/overlays/experiment-lines.js';
import { helpLines } from '../dashboard/overlays/help-lines.js';
import { perturbLines, presetLines } from '../dashboard/overlays/overlay-lines.js';
import {
  boxBesideMatrix,
  type OverlayBox,
  type OverlayText,
  overlayChrome,
  textSizeIn,
  wholeBox,
} from '../dashboard/overlays/overlay-text.js';
import { runOverlayLines } from '../dashboard/overlays/run-list-lines.js';
import { type PanelSize, type Stack, stackGap } from '../dashboard/stacks/panel-size.js';
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

/** An opaque box in the middle of its place; header and footer stay in sight. */
const Overlay = ({
  box,
  drawing,
  text,
}: {
  readonly box: OverlayBox;
  readonly drawing: Drawing;
  readonly text: OverlayText;
}): ReactNode => {
  const height = Math.min(box.rows, text.lines.length + overlayChrome.rows);
  return (
    <Box
      position="absolute"
      marginLeft={box.left}
      marginTop={box.top + Math.floor((box.rows - height) / 2)}
      width={box.columns}
      height={height}
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

const overlayText = (outline: Outline, box: OverlayBox, drawing: Drawing): OverlayText | null => {
  const { overlay, teachers, presets } = outline;
  const { columns: width, rows: height } = textSizeIn(box);
  switch (overlay?.kind) {
    case 'help':
      return helpLines(outline.base, outline.focus, overlay.scroll, width, height, drawing, outline.keys);
    case 'perturb':
      return perturbLines(overlay, teachers, outline.preview, width, height, drawing);
    case 'presets':
      return presetLines(presets, overlay, outline.running, width, height, drawing);
    case 'runs':
      return outline.runs && runOverlayLines(overlay, outline.runs, width, height, drawing);
    case 'experiment':
      return experimentLines(overlay, width, height, drawing);
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
  const box = outline.overlay?.kind === 'perturb' ? boxBesideMatrix(layout) : wholeBox(layout);
  const text = overlayText(outline, box, drawing);
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
      {text && <Overlay box={box} drawing={drawing} text={text} />}
    </Box>
  );
};
