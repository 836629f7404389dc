import { describe, expect, test } from 'vitest';
import { applySettings, completeExperiment } from '../../../src/experiment/draft.js';
import { listPresets, loadPreset } from '../../../src/experiment/preset.js';
import {
  changesAsSettings,
  type Sheet,
  settingRows,
  sheetOf,
  withoutChange,
  withStep,
  withTyped,
} from '../../../src/experiment/sheet/sheet.js';

/** The sheet of a run of a preset with these settings. */
const sheetOfRun = (preset: string, ...settings: string[]): Sheet => {
  const loaded = loadPreset(preset);
  const sheet = sheetOf(loaded, completeExperiment(applySettings(loaded.draft, settings)));
  if (!sheet) throw new Error('no sheet');
  return sheet;
};

const typed = (sheet: Sheet, key: string, text: string): Sheet => {
  const changed = withTyped(sheet, key, text);
  if (typeof changed === 'string') throw new Error(changed);
  return changed;
};

const shownValue = (sheet: Sheet, key: string): string | undefined =>
  settingRows(sheet).find((row) => row.key === key)?.value;

/** A setting's values as the arrow keys go through them. */
const steps = (sheet: Sheet, key: string, direction: 1 | -1, count: number): (string | undefined)[] =>
  Array.from({ length: count }).reduce<{ sheet: Sheet; values: (string | undefined)[] }>(
    ({ sheet: before, values }) => {
      const next = withStep(before, key, direction);
      return { sheet: next, values: [...values, shownValue(next, key)] };
    },
    { sheet, values: [] },
  ).values;

describe('the sheet of a run', () => {
  test.each(listPresets().map(({ name }) => [name]))('of %s as it is has no changes', (name) => {
    expect(changesAsSettings(sheetOfRun(name))).toEqual([]);
  });

  test.each([
    ['quick-start', ['multi=10']],
    ['quick-start', ['n=37', 'm=11']],
    ['quick-start', ['m=20', 'learningRate=0.001']],
    ['quick-start', ['noBias=true']],
    ['quick-start', ['seed=7', 'activation=erf', 'momentum=0.9']],
    ['paper-m20', ['theoryData=true']],
    ['weight-decay', ['optimizer=adam']],
    ['committee-erf', ['m=3', 'secondLayer=2']],
    ['deep-layers', ['hidden=[10,20]', 'multi=2']],
    ['deep-images', ['imageSide=12']],
  ])('of %s with %j gives the same experiment again, with no more changes than that', (preset, settings) => {
    const { draft } = loadPreset(preset);
    const sheet = sheetOfRun(preset, ...settings);
    const again = changesAsSettings(sheet);
    expect(again.length).toBeLessThanOrEqual(settings.length);
    const { multi, ...experiment } = completeExperiment(applySettings(draft, again));
    const { multi: wantedMulti, ...wanted } = completeExperiment(applySettings(draft, settings));
    expect(experiment).toEqual(wanted);
    expect(multi).toBeCloseTo(wantedMulti, 12);
  });

  test('is none with a preset of another kind', () => {
    expect(sheetOf(loadPreset('deep-layers'), completeExperiment(loadPreset('lazy').draft))).toBeNull();
  });
});

describe('a setting', () => {
  const sheet = sheetOfRun('quick-start');

  test('that is typed is held to its schema', () => {
    expect(changesAsSettings(typed(sheet, 'learningRate', '0.02'))).toEqual(['learningRate=0.02']);
    expect(changesAsSettings(typed(sheet, 'advInit', 'adv'))).toEqual(['advInit=adv']);
    expect(withTyped(sheet, 'learningRate', '0')).toBe(
      'learningRate: got 0, allowed: a number above 0 and up to 1000000',
    );
    expect(withTyped(sheet, 'm', 'ten')).toBe('m: got "ten", allowed: a whole number from 1 to 10000');
  });

  test("that is the preset's again is no change", () => {
    const changed = typed(sheet, 'm', '12');
    expect(shownValue(changed, 'n')).toBe('60');
    expect(changesAsSettings(typed(changed, 'm', '10'))).toEqual([]);
    expect(changesAsSettings(withoutChange(changed, 'm'))).toEqual([]);
  });

  test('n takes back multi and the other way round', () => {
    const wide = typed(sheet, 'multi', '8');
    expect(changesAsSettings(typed(wide, 'n', '33'))).toEqual(['n=33']);
    expect(changesAsSettings(typed(typed(wide, 'n', '33'), 'multi', '5'))).toEqual([]);
    expect(shownValue(typed(sheet, 'n', '50'), 'multi')).toBe('5');
  });

  test('shows what follows from others, and what is given where they do not go together', () => {
    const impossible = typed(typed(sheet, 'm', '9000'), 'multi', '9');
    expect(shownValue(impossible, 'm')).toBe('9000');
    expect(settingRows(impossible).filter(({ isChanged }) => isChanged)).toHaveLength(2);
  });

  test.each([
    ['multi', 1, ['6', '7', '8']],
    ['multi', -1, ['4', '3', '2', '1', '0.9']],
    ['m', 1, ['11', '12']],
    ['learningRate', 1, ['0.0005', '0.0006']],
    ['trainSize', 1, ['20000', '30000']],
    ['trainSize', -1, ['9000', '8000']],
    ['n', 1, ['60', '70', '80', '90', '100', '200']],
    ['n', -1, ['40', '30', '20', '19']],
    ['bias', 1, ['0', '0.1', '0.2']],
    ['advInit', 1, ['adv', 'help', 'none']],
    ['advInit', -1, ['help', 'adv']],
    ['relu', 1, ['false', 'true']],
    ['activation', 1, ['relu', 'erf', '']],
    ['temperature', 1, ['0.000001', '0.000002']],
    ['weightDecay', 1, ['0.0001', '0.0002']],
    ['halvingPeriod', 1, ['1', '2']],
    ['frameEvery', 1, ['100', '200']],
    ['studentLeak', 1, ['0.1', '0.2']],
    ['teacherChoices', 1, [shownValue(sheet, 'teacherChoices')]],
  ] as const)('%s goes by %i through %j', (key, direction, values) => {
    expect(steps(sheet, key, direction, values.length)).toEqual(values);
  });

  test.each(['temperature', 'weightDecay', 'frameEvery', 'halvingPeriod', 'seed'])(
    '%s comes back to where it was by as many steps down as up',
    (key) => {
      const up = [1, 1, 1].reduce<Sheet>((at) => withStep(at, key, 1), sheet);
      const back = [1, 1, 1].reduce<Sheet>((at) => withStep(at, key, -1), up);
      expect(shownValue(back, key)).toBe(shownValue(sheet, key));
    },
  );

  test('never steps out of its bounds, nor to what its schema refuses', () => {
    for (const sheet of ['quick-start', 'deep-images'].map((preset) => sheetOfRun(preset)))
      for (const { key, value } of settingRows(sheet))
        for (const direction of [1, -1] as const) {
          let at = sheet;
          for (let step = 0; step < 6; step++) at = withStep(at, key, direction);
          const last = shownValue(at, key);
          if (last !== value && last !== '' && last !== undefined)
            expect([key, typeof withTyped(at, key, last)]).toEqual([key, 'object']);
        }
  });
});
