import type { Frame } from '../../protocol/index.js';
import type { RunInput } from '../read-inputs.js';
import type { Table } from './table.js';

/** What a run asked for and did not get in a frame, and why. */
const missingIn = ({ statements, curvature, richness, orderParameters }: Frame) => [
  ...(typeof statements === 'string' ? [{ what: "the paper's statements", why: statements }] : []),
  ...(typeof curvature === 'string' ? [{ what: 'curvature', why: curvature }] : []),
  ...(richness && Number.isNaN(richness.kernel)
    ? [
        {
          what: 'turn of the tangent kernel',
          why: 'it is computed of dense networks without batch norm and of moderate size',
        },
      ]
    : []),
  ...(typeof orderParameters?.predicted === 'string'
    ? [{ what: 'predicted order parameters', why: orderParameters.predicted }]
    : []),
];

/** What runs were asked to measure and could not; none where there is no such thing. */
export const notMeasuredTables = (runs: readonly RunInput[]): Table[] => {
  const rows = runs.flatMap(({ name, frames }) => {
    const missing = new Map(frames.flatMap(missingIn).map(({ what, why }) => [what, why]));
    return Array.from(missing, ([what, why]) => [name, what, why]);
  });
  if (rows.length === 0) return [];
  return [
    {
      title: 'Not measured',
      note: 'What runs were asked for and could not measure in some of their frames, and why.',
      head: ['run', 'what', 'why'],
      rows,
    },
  ];
};
