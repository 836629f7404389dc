/** So many things, as one writes it: "1 node", "12 nodes". */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;
