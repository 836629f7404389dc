import { isSpecialized } from '../../../net/index.js';
import type { LayerFrame } from '../../../protocol/index.js';
import { paintScatter, type ScatterPoint } from '../../charts/scatter.js';
import { type Pieces, paintFrame } from '../../screen/panel-frame.js';
import type { Canvas } from '../../terminal/cells.js';
import { layerTitle, momentTitle, type Scene, shownLayer } from '../scene.js';

/** Every student node of a layer at its best correlation, and for how many teacher nodes it is above the threshold. */
const nodesOf = (layer: LayerFrame, threshold: number): (ScatterPoint & { readonly teachers: number })[] => {
  const { correlation: rows, bestStudentOfTeacher, bestMatchOfTeacher } = layer;
  return layer.fanOutNorm.map((fanOutNorm, student) => {
    let [correlation, teachers] = [Number.NEGATIVE_INFINITY, 0];
    for (let teacher = 0; teacher < rows.length; teacher++) {
      // The best match is known to full precision.
      const isBest = bestStudentOfTeacher[teacher] === student;
      const value = isBest ? bestMatchOfTeacher[teacher] : rows[teacher][student];
      if (value > correlation) correlation = value;
      if (isSpecialized(value, threshold)) teachers++;
    }
    return { correlation, fanOutNorm, isAbove: teachers > 0, teachers };
  });
};

/** Student nodes that are above the threshold for more than one teacher node: the matrix counts them in each row. */
const sharedWords = (nodes: readonly { readonly teachers: number }[]): string => {
  const shared = nodes.filter(({ teachers }) => teachers > 1);
  if (shared.length === 0) return '';
  return `, ${shared.length} for ${shared.every(({ teachers }) => teachers === 2) ? 'two' : 'several'}`;
};

/** The L-shape of the layer on display. */
export const paintShape = (canvas: Canvas, scene: Scene): void => {
  const shown = shownLayer(scene);
  const { threshold } = scene.state;
  const nodes = shown ? nodesOf(shown.layer, threshold) : [];
  const above = nodes.filter(({ isAbove }) => isAbove).length;
  const shared = sharedWords(nodes);
  const aside: Pieces[] = [
    [
      [
        `${above} of ${nodes.length} student nodes above ${threshold}${shared && `${shared} teacher nodes`}`,
        'dim',
      ],
    ],
    [[`${above}/${nodes.length} above ${threshold}${shared}`, 'dim']],
    [[`${above}/${nodes.length} at ${threshold}${shared}`, 'dim']],
  ];
  const title = momentTitle(layerTitle('student nodes', scene), scene);
  const inner = paintFrame(canvas, scene, { title, ...(shown ? { aside } : {}) });
  if (shown && inner.height >= 3) paintScatter(inner, nodes, threshold, scene.drawing);
};
