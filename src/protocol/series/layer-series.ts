import type { LayerField } from '../fields/frame-field.js';
import { layerFields } from '../fields/layer-fields.js';
import type { LayerFrame } from '../frame.js';
import type { LayerSeries } from './frame-series.js';

const fields = Object.entries<LayerField>(layerFields) as readonly [keyof LayerFrame, LayerField][];

/** Numbers of each hidden layer, in the order of the exports. */
export const layerSeries: readonly LayerSeries[] = fields.flatMap(([field, { series }]) =>
  series.map(
    (said) =>
      ({
        ...said,
        of: (layer: LayerFrame, threshold: number) => said.of(layer[field] as never, threshold),
      }) as LayerSeries,
  ),
);
