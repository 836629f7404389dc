import { inNumber } from './in-number.js';

/** What has been done, as it is told, and what will be. */
const futures: Readonly<Record<string, string>> = {
  ...{ added: 'add', duplicated: 'duplicate', froze: 'freeze', killed: 'kill', multiplied: 'multiply' },
  ...{ negated: 'negate', 're-initialized': 're-initialize', swapped: 'swap', turned: 'turn' },
};

/** The summary of a change as something that will be: "killed node 3" as "will kill node 3". */
export const futureOf = (done: string): string => {
  const summary = inNumber(done);
  const [first, ...rest] = summary.split(' ');
  const verb = futures[first];
  if (first === 'noise') return `will add ${summary}`;
  return verb === undefined ? summary : ['will', verb, ...rest].join(' ');
};
