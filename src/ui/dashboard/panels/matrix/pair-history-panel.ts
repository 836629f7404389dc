import type { PairRecord, State } from '../../../../store/index.js';
import { rowOf, type Scale } from '../../../charts/chart.js';
import { paintAxes, type Tick, valueAxisWidth } from '../../../charts/chart-axes.js';
import { windowOf } from '../../../charts/chart-view.js';
import { startsOf, straightened } from '../../../charts/lines/line-over-time.js';
import { penFor } from '../../../charts/lines/pen.js';
import { lossAxes } from '../../../charts/loss-axis.js';
import { matchAxes, matchTicks } from '../../../charts/match-axis.js';
import { columnOf, isWithin, type TimeWindow } from '../../../charts/time-axis.js';
import { paintFrame } from '../../../screen/panel-frame.js';
import type { Canvas } from '../../../terminal/cells.js';
import type { Role } from '../../../terminal/theme.js';
import type { Scene } from '../../scene.js';

/** The last record in each place. */
const placed = (
  records: readonly PairRecord[],
  window: TimeWindow,
  places: number,
): readonly (PairRecord | null)[] => {
  const at: (PairRecord | null)[] = new Array(places).fill(null);
  for (const record of records)
    if (isWithin(record.step, window)) at[columnOf(record.step, window, places)] = record;
  return at;
};

type Chart = {
  readonly name: string;
  readonly role: Role;
  readonly read: (record: PairRecord) => number;
  readonly axis: (rows: number) => { readonly scale: Scale; readonly ticks: readonly Tick[] };
};

const chartsOf = ({ threshold }: State, records: readonly PairRecord[]): readonly Chart[] => [
  {
    name: 'correlation',
    role: 'specialized',
    read: ({ correlation }) => Math.max(0, correlation),
    axis: (rows) => {
      const { scale } = matchAxes.linear;
      return {
        scale,
        ticks: matchTicks(matchAxes.linear, threshold, (height) => rowOf(height, scale, rows)),
      };
    },
  },
  {
    name: 'fan-out norm',
    role: 'evaluation',
    read: ({ fanOutNorm }) => fanOutNorm,
    axis: (rows) =>
      lossAxes.linear.fit(
        records.map(({ fanOutNorm }) => fanOutNorm),
        rows,
      ),
  },
];

const gap = 2;

/** Correlation and fan-out norm of the cell that is asked about, over the run, side by side. */
export const paintPairHistory = (canvas: Canvas, scene: Scene): void => {
  const { state, view, drawing } = scene;
  const { pair } = view;
  const title = pair ? `teacher ${pair.teacher}, student ${pair.student} over time` : '';
  const aside = [[['enter closes', 'dim'] as const]];
  const inner = paintFrame(canvas, scene, { title, aside });
  if (!pair || !state.frame || inner.height < 3) return;
  const { step } = state.frame;
  const records = scene.historyOf({ layer: view.layer, ...pair }).filter((record) => record.step <= step);
  const window = windowOf(state, view.chart);
  const width = Math.floor((inner.width - gap) / 2);
  if (width < valueAxisWidth + 2) return;
  chartsOf(state, records).forEach(({ name, role, read, axis }, at) => {
    const half = inner.region(at * (width + gap), 0, width, inner.height);
    const { scale, ticks } = axis(half.height - 1);
    const plot = paintAxes(half, state, window, { drawing, timeUnit: view.timeUnit }, { scale, ticks });
    const pen = penFor(plot, scale, drawing, scene.lines);
    const recorded = placed(records, window, pen.places);
    const steps = recorded.map((record) => record?.step ?? null);
    const starts = startsOf(steps, state.marks, window);
    const values = recorded.map((record) => record && read(record));
    pen.line({ values: straightened(values, starts), starts }, role);
    plot.text(1, 0, name, role);
  });
};
