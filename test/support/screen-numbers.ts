import type { DashboardModel } from '../../src/ui/dashboard/dashboard-model.js';
import { placedPanels } from '../../src/ui/dashboard/layout.js';
import { panelPainters } from '../../src/ui/dashboard/panels/panels.js';
import type { PanelId } from '../../src/ui/dashboard/stacks/panel-size.js';
import { Canvas, CellGrid } from '../../src/ui/terminal/cells.js';

/** The text of each panel on the screen. */
export const panelTexts = ({ scene, outline }: DashboardModel): ReadonlyMap<PanelId, readonly string[]> => {
  const placed = outline.layout ? placedPanels(outline.layout) : [];
  return new Map(
    placed.map(({ id, width, height }) => {
      const grid = new CellGrid(width, height);
      panelPainters[id](new Canvas(grid), scene);
      return [id, grid.lines];
    }),
  );
};

/** A row of the table of teacher nodes as it stands on the screen; null where the table has no such column. */
export type TeacherRow = {
  readonly node: number;
  readonly strength: string | null;
  readonly best: string;
  /** Less the control's; empty where nothing stands there. */
  readonly difference: string | null;
  readonly since: string | null;
  readonly by: string | null;
};

const bare = (line: string): string => line.replace(/^│ | │$/g, '').trim();

/** The table of teacher nodes, by its own headings. */
export const teacherRows = (panel: readonly string[]): TeacherRow[] => {
  const at = panel.findIndex((line) => /^(│ )? +t /.test(line));
  const headings = bare(panel[at]);
  return panel.slice(at + 1).flatMap((line): TeacherRow[] => {
    // The history and the bar are drawn with blocks, blanks and the mark of the threshold.
    const words = bare(line)
      .split(/\s+/)
      .filter((word) => !/^[▁-█┊]*$/.test(word));
    if (!/^\d+$/.test(words[0] ?? '')) return [];
    const take = (has: boolean): string | null => (has ? (words.pop() ?? '') : null);
    const by = take(/ by$/.test(headings));
    const since = take(/ since/.test(headings));
    const [node, ...rest] = words;
    const strength = /‖v‖/.test(headings) ? (rest.shift() ?? '') : null;
    const [best, , difference = ''] = rest;
    return [
      {
        node: Number(node),
        strength,
        best,
        difference: / vs ctl/.test(headings) ? difference : null,
        since,
        by,
      },
    ];
  });
};
