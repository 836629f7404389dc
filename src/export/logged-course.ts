import type { LogIndex } from '../log/index.js';
import type { Frame } from '../protocol/index.js';
import { type Branches, followEvent, isJump, noBranches } from '../store/index.js';

/** A frame of a run's course; or that the run went elsewhere, so that frames from a step on are of a course it left. */
export type CourseItem =
  | { readonly kind: 'frame'; readonly frame: Frame }
  | { readonly kind: 'left'; readonly fromStep: number };

/** Where a frame stands in the log, and its step. */
type Place = { readonly at: number; readonly step: number };

/**
 * A log's frames in order, and between them where undo, redo, rewind and promotion left a course; frames that a redo brings
 * back come again. A log of another trainer leaves a course where its steps go back.
 */
export function* courseOf(index: LogIndex): Generator<CourseItem> {
  let branches: Branches<Place[]> = noBranches([]);
  let at = -1;
  for (const line of index.each()) {
    at++;
    const { past } = branches;
    if (line.type === 'frame') {
      if (line.step < (past.at(-1)?.step ?? 0)) {
        yield { kind: 'left', fromStep: line.step };
        branches = { ...branches, past: past.filter(({ step }) => step < line.step) };
      }
      // What a control started from stays as it is.
      if (branches.past === branches.controlStart) branches = { ...branches, past: [...branches.past] };
      branches.past.push({ at, step: line.step });
      yield { kind: 'frame', frame: line };
      continue;
    }
    branches = followEvent(branches, line, (before, { toStep }) =>
      before.filter(({ step }) => step < toStep),
    );
    if (!isJump(line.event)) continue;
    const same = past.findIndex((place, k) => place.at !== branches.past[k]?.at);
    const common = same === -1 ? past.length : same;
    const [restored, left] = [branches.past.slice(common), past.slice(common)];
    const steps = [...restored, ...left].map(({ step }) => step);
    const fromStep = Math.min(...steps, line.step, 'toStep' in line ? line.toStep : line.step);
    yield { kind: 'left', fromStep };
    // A frame at the very step belongs to both courses.
    const again = branches.past.filter(({ step }) => step >= fromStep);
    for (const place of again)
      for (const frame of index.read(place.at, place.at + 1))
        if (frame.type === 'frame') yield { kind: 'frame', frame };
  }
}
