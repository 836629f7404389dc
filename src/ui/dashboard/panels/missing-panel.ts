import { paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { wrapWords } from '../../terminal/text-width.js';
import type { Scene } from '../scene.js';

const said =
  'This log has losses alone. Best matches, the matrix and the L-shape are of hidden nodes: they need the activations of a ' +
  'teacher and a student, as FrameLog.frame of python/teachtop_log.py takes them.';

/** What a log of losses alone has no picture of, and what it would need. */
export const paintMissing = (canvas: Canvas, scene: Scene): void => {
  const inner = paintFrame(canvas, scene, { title: 'no hidden layers' });
  for (const [y, line] of wrapWords(said, inner.width).entries()) inner.text(0, y, line, 'dim');
};
