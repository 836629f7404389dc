import { describe, expect, test } from 'vitest';
import { type Constraint, constrain } from '../../src/net/constraints.js';
import { rowNorm } from '../../src/net/matrix.js';
import { copyNetwork, type Network } from '../../src/net/network.js';
import { randomProblem } from '../support/problems.js';

const { student } = randomProblem({ d: 4, m: 3, n: 5, c: 2, batch: 6 });

const constrained = (constraint: Constraint, frozen: readonly number[] = [], network = student): Network => {
  const copy = copyNetwork(network);
  constrain(copy, constraint, frozen);
  return copy;
};

test.each(['unit-rows', 'unit-hidden-weights', 'zero-biases'] as const)(
  '%s asked for twice changes nothing more',
  (constraint) => {
    const once = constrained(constraint);
    const twice = constrained(constraint, [], once);
    for (const [layer, again] of [
      [once.hidden[0], twice.hidden[0]],
      [once.final, twice.final],
    ])
      again.weight.data.forEach((value, i) => {
        expect(value).toBeCloseTo(layer.weight.data[i], constraint === 'unit-rows' ? 3 : 14);
      });
  },
);

describe('unit hidden weights', () => {
  const { hidden, final } = constrained('unit-hidden-weights');

  test('have length 1; biases and the head are left alone', () => {
    for (let k = 0; k < 5; k++) expect(rowNorm(hidden[0].weight, k)).toBeCloseTo(1, 14);
    expect(hidden[0].bias).toEqual(student.hidden[0].bias);
    expect(final).toEqual(student.final);
  });

  test('a node of zeros stays, and so does a frozen layer', () => {
    const silent = copyNetwork(student);
    silent.hidden[0].weight.data.fill(0, 4, 8);
    const { weight } = constrained('unit-hidden-weights', [], silent).hidden[0];
    expect(weight.data.slice(4, 8)).toEqual(new Float64Array(4));
    expect(constrained('unit-hidden-weights', [0])).toEqual(student);
  });
});

test('unit rows have length 1 of weights alone, the bias divided with them, but for 1e-5', () => {
  const { hidden, final } = constrained('unit-rows', [0]);
  expect(hidden).toEqual(student.hidden);
  for (let o = 0; o < 2; o++) {
    const norm = rowNorm(student.final.weight, o) + 1e-5;
    expect(rowNorm(final.weight, o)).toBeCloseTo(1, 4);
    expect(final.bias?.[o]).toBe((student.final.bias?.[o] ?? Number.NaN) / norm);
  }
});

test('zero biases are those of frozen layers too', () => {
  const { hidden, final } = constrained('zero-biases', [0, 1]);
  expect([hidden[0].bias, final.bias]).toEqual([new Float64Array(5), new Float64Array(2)]);
  expect(hidden[0].weight).toEqual(student.hidden[0].weight);
});
