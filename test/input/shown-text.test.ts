import { expect, test } from 'vitest';
import { isShown, replaceUnshown } from '../../src/input/shown-text.js';

test.each([
  'Ünïcode ◆ 5×',
  '中文 한글 ｆｕｌｌ',
  're\u0301sume\u0301',
  '👨‍👩‍👧‍👦 🏳️‍🌈 👍🏽 🇩🇪 1️⃣',
  '🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}',
  'عربي עברית हिन्दी ไทย',
  'می\u200cخواهم',
  '%s "quoted" \'x\' $(id)',
])('%j is shown as it is', (text) => {
  expect([isShown(text), replaceUnshown(text)]).toEqual([true, text]);
});

test.each([
  ['a\tb\nc\u001b[31m\u009b', 'a�b�c�[31m�'],
  ['a\u202eb\u2066c\u200fd', 'a�b�c�d'],
  ['a\u2028b\u2029', 'a�b�'],
  ['zero\u200bwidth\ufeff\u00ad', 'zero�width��'],
  ['a\ud800b', 'a�b'],
  ['\u3164\u115f\uffa0', '���'],

  ['hidden\u{e0041}\u{e0042}', 'hidden��'],
])('%j is shown as %j', (text, shown) => {
  expect([isShown(text), replaceUnshown(text)]).toEqual([false, shown]);
});

test('joiners of letters are left out, and their words shown', () => {
  expect([isShown('ශ්\u200dරී'), replaceUnshown('ශ්\u200dරී')]).toEqual([true, 'ශ්රී']);
});
