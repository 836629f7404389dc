import type { Pieces } from '../../../screen/panel-frame.js';
import type { Drawing } from '../../../terminal/drawing.js';
import { heatRoles } from '../../../terminal/theme.js';
import type { Scene } from '../../scene.js';
import type { MatrixView } from '../../view.js';
import { signMeaning } from '../standing-signs.js';
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

/** What the signs of a view mean, from the whole to the shortest way to say it. */
export const matrixLegends = (view: MatrixView, { drawing }: Scene, plan: MatrixPlan): Pieces[] => {
  if (view === 'observability') return observabilityLegends();
  if (view === 'H' || view === 'beta') return formLegends(view, drawing);
  const one = signMeaning('one', drawing);
  const several = signMeaning('several', drawing);
  const [lost, partial, none] = (['lost', 'partial', 'none'] as const).map((each) =>
    signMeaning(each, drawing),
  );
  const shades: Pieces =
    view === 'specialized'
      ? []
      : [
          ...drawing.heat.slice(1).map((glyph, at): Pieces[number] => [glyph, heatRoles[at + 1]]),
          [' below  ', 'dim'],
        ];
  const folds: Pieces = isFolded(plan) ? [['columns folded, w unfolds ', 'dim']] : [];
  const signs: Pieces = [...one, ...several, ...partial, ...lost, ...none];
  return [
    [...signs, ...shades, ...folds],
    [...signs, ...shades],
    signs,
    [...one, ...several, ...partial, ...none],
    [one[0], [' one ', 'dim'], ...several, ...partial, ...none],
    [...one, ...several, ...none],
    [...one, ...several],
  ];
};
