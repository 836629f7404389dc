import { partialFrom, type Standing, type TeacherStanding } from '../../../../store/index.js';
import type { Pieces } from '../../../screen/panel-frame.js';
import type { Drawing } from '../../../terminal/drawing.js';
import { heatRoles } from '../../../terminal/theme.js';
import type { Scene } from '../../scene.js';
import type { MatrixView } from '../../view.js';
import { allStandings, signMeaning } from '../standings/standing-signs.js';
import { negativeRole, seenRole } from './matrix-cells.js';
import { isFolded, type MatrixPlan } from './matrix-plan.js';

const observabilityLegends = (): Pieces[] => {
  const scale = [...'02468'].map((digit): Pieces[number] => [digit, seenRole(digit)]);
  const never: Pieces = [
    ['.', seenRole('.')],
    [' never', 'dim'],
  ];
  return [
    [...scale, [' boundary seen by up to half of the data  ', 'dim'], ...never],
    [...scale, [' seen by up to half  ', 'dim'], ...never],
    [...scale, [' seen ', 'dim'], ...never],
    never,
  ];
};

const formLegends = (form: 'H' | 'beta', { heat }: Drawing): Pieces[] => {
  const shades = heat.slice(1).map((glyph, at): Pieces[number] => [glyph, heatRoles[at + 1]]);
  const below: Pieces[number] = [heat[heat.length - 1], negativeRole];
  return [
    [...shades, [` |${form}| by the largest, student with teacher  `, 'dim'], below, [' below 0', 'dim']],
    [...shades, [` |${form}|  `, 'dim'], below, [' below 0', 'dim']],
    shades,
  ];
};

/** From which correlation to which a node is on its way; nothing where it cannot be. */
const limitsOf = (threshold: number): string =>
  threshold > partialFrom ? `, ${partialFrom} to ${threshold}` : '';

/** What the signs of a view mean, from the whole to the shortest way to say it; those not in use are left out first. */
export const matrixLegends = (
  view: MatrixView,
  { drawing, state }: Scene,
  plan: MatrixPlan,
  standings: readonly TeacherStanding[],
): Pieces[] => {
  if (view === 'observability') return observabilityLegends();
  if (view === 'H' || view === 'beta') return formLegends(view, drawing);
  const shades: Pieces =
    view === 'specialized'
      ? []
      : [
          ...drawing.heat.slice(1).map((glyph, at): Pieces[number] => [glyph, heatRoles[at + 1]]),
          [' cells below  ', 'dim'],
        ];
  const folds: Pieces = isFolded(plan) ? [['columns folded, w unfolds ', 'dim']] : [];
  const meanings = (shown: readonly Standing[], limits = ''): Pieces =>
    shown.flatMap((each) => signMeaning(each, drawing, each === 'partial' ? limits : ''));
  const signs = meanings(allStandings);
  const limits = limitsOf(state.threshold);
  const [one] = signMeaning('one', drawing);
  // Cells have the first two where no row has.
  const inUse = allStandings.filter(
    (each, at) => at < 2 || standings.some(({ standing }) => standing === each),
  );
  return [
    [...meanings(allStandings, limits), ...shades, ...folds],
    [...meanings(allStandings, limits), ...shades],
    [...meanings(inUse, limits), ...shades],
    meanings(inUse, limits),
    signs,
    meanings(inUse),
    [one, [' one ', 'dim'], ...meanings(inUse.slice(1))],
    [one, [' one ', 'dim'], ...meanings(inUse.slice(1).filter((each) => each !== 'partial'))],
    meanings(['one', 'several']),
  ];
};
