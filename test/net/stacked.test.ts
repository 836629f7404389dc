import { expect, test } from 'vitest';
import { copyNetwork, everyArray, relu, trainedArrays } from '../../src/net/network.js';
import { editTrained, networkOfStacked, stacked, storedArrays, unstacked } from '../../src/net/stacked.js';
import { deepProblem } from '../support/deep-problems.js';
import { randomProblem } from '../support/problems.js';

const { student } = randomProblem({ d: 4, m: 3, n: 5, c: 2, batch: 6 });

test('a layer as one matrix has a row an input, a column a node and the biases last', () => {
  const { weight, bias } = student.hidden[0];
  const matrix = stacked(student.hidden[0]);
  expect([matrix.rows, matrix.columns]).toEqual([5, 5]);
  expect(matrix.data[3 * 5 + 2]).toBe(weight.data[2 * 4 + 3]);
  expect(matrix.data[4 * 5 + 2]).toBe(bias?.[2]);
  expect(unstacked(matrix)).toEqual({ weight, bias });
  expect(networkOfStacked(matrix, stacked(student.final), relu)).toEqual(student);
});

test('arrays are listed as the script of a network stores them', () => {
  expect(storedArrays(student)).toEqual([stacked(student.hidden[0]).data, stacked(student.final).data]);
  const deep = deepProblem({ batchNorm: true }).student;
  expect(storedArrays(deep)).toEqual(everyArray(deep));
});

test.each([
  ['stacked', student],
  ['as they are', deepProblem({ batchNorm: true, batchNormAffine: true }).student],
])('edits of trained arrays, %s, reach the network', (_, network) => {
  const edited = copyNetwork(network);
  let numbers = 0;
  editTrained(edited, (array) => {
    numbers += array.length;
    for (let i = 0; i < array.length; i++) array[i] *= 2;
  });
  const before = trainedArrays(network);
  expect(numbers).toBe(before.reduce((sum, { length }) => sum + length, 0));
  trainedArrays(edited).forEach((array, p) => {
    expect(array).toEqual(before[p].map((value) => 2 * value));
  });
});
