import type { DashboardModel } from '../../src/ui/dashboard/dashboard-model.js';
import { footerHints, footerPieces } from '../../src/ui/screen/footer.js';
import { drawings } from '../../src/ui/terminal/drawing.js';

/** What the dashboard's footer says at a width. */
export const footerOf = ({ outline }: DashboardModel, columns: number): string => {
  const { mode, keys, notice, situation } = outline;
  const hints = footerHints(columns, mode, keys, notice, situation);
  return footerPieces(hints, columns, notice, drawings.utf8)
    .map(([text]) => text)
    .join('');
};
