import { isSpecialized } from '../../../net/index.js';
import type { LayerFrame } from '../../../protocol/index.js';
import { paintScatter, type ScatterPoint } from '../../charts/scatter.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { layerTitle, momentTitle, type Scene, shownLayer } from '../scene.js';

/** Every student node of a layer at its best correlation with a teacher node. */
const pointsOf = ({ correlation, fanOutNorm }: LayerFrame, threshold: number): ScatterPoint[] =>
  fanOutNorm.map((norm, student) => {
    const best = correlation.reduce((most, row) => Math.max(most, row[student]), Number.NEGATIVE_INFINITY);
    return { correlation: best, fanOutNorm: norm, isAbove: isSpecialized(best, threshold) };
  });

/** The L-shape of the layer on display. */
export const paintShape = (canvas: Canvas, scene: Scene): void => {
  const shown = shownLayer(scene);
  const { threshold } = scene.state;
  const points = shown ? pointsOf(shown.layer, threshold) : [];
  const above = points.filter(({ isAbove }) => isAbove).length;
  const aside: Pieces[] = [
    [[`${above} of ${points.length} student nodes above ${threshold}`, 'dim']],
    [[`${above}/${points.length} above ${threshold}`, 'dim']],
  ];
  const title = momentTitle(layerTitle('student nodes', scene), scene);
  const inner = paintFrame(canvas, scene, { title, ...(shown ? { aside } : {}) });
  if (shown && inner.height >= 3) paintScatter(inner, points, threshold, scene.drawing);
};
