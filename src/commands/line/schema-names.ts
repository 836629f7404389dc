/** Files that have a JSON Schema: those that people write, and the log, which other trainers write too. */
export const schemaNames = ['preset', 'sweep', 'settings', 'frame-log'] as const;

export type SchemaName = (typeof schemaNames)[number];
