/**
 * How long a test waits for what must come, in milliseconds. Only a program that hangs meets it: nothing that a test
 * waits for takes a tenth of it on a machine ten times slower than those of today.
 */
export const patienceMs = 900_000;
