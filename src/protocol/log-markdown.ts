import * as z from 'zod';
import { runEventSchema } from './event.js';
import { frameSchema } from './frame.js';
import { headerSchema } from './header.js';

/** What a table says of a field, of the JSON Schema that zod makes of it. */
type Described = {
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Described>>;
  readonly items?: Described;
  readonly anyOf?: readonly Described[];
};

const describedBy = (schema: z.ZodType): Described =>
  z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Described;

/** The fields inside a field: of its object, or of each object of its list. */
const inside = (field: Described, path: string): readonly (readonly [string, Described])[] => {
  const { properties, items, anyOf } = field;
  if (properties) return Object.entries(properties).map(([key, inner]) => [`${path}.${key}`, inner]);
  if (items) return inside(items, `${path}[]`);
  return anyOf?.flatMap((one) => inside(one, path)) ?? [];
};

const code = (words: readonly string[]): string => words.map((word) => `\`${word}\``).join(', ');

/** A description, the words that a field may hold, and the names inside it that need no row of their own. */
const meaningOf = (field: Described, plain: readonly string[]): string =>
  [field.description ?? field.items?.description, code(field.enum ?? []), code(plain)]
    .filter((part) => part !== undefined && part !== '')
    .join(' ')
    .replaceAll('|', '\\|');

/** A row for the field, and one for each inside it of which more than the name is said. */
const rowsOf = (path: string, field: Described): string[] => {
  const fields = inside(field, path);
  const isPlain = ([name, inner]: (typeof fields)[number]): boolean =>
    meaningOf(inner, []) === '' && inside(inner, name).length === 0;
  const plain = fields.filter(isPlain).map(([name]) => name.slice(name.lastIndexOf('.') + 1));
  const others = fields.filter((one) => !isPlain(one));
  return [
    `| \`${path}\` | ${meaningOf(field, plain)} |`,
    ...others.flatMap(([name, inner]) => rowsOf(name, inner)),
  ];
};

const fieldTable = (schema: z.ZodType): string =>
  [
    '| field | meaning |',
    '| --- | --- |',
    ...Object.entries(describedBy(schema).properties ?? {})
      .filter(([key]) => key !== 'type')
      .flatMap(([key, field]) => rowsOf(key, field)),
  ].join('\n');

/** Fields that every event has. */
const shared = ['type', 'step', 'event'];

const eventTable = (): string => {
  const rows = runEventSchema.unwrap().options.map((option) => {
    const { properties = {}, description = '' } = describedBy(option);
    const names = properties.event.enum ?? [String(properties.event.const)];
    const fields = Object.keys(properties).filter((key) => !shared.includes(key));
    return `| ${code(names)} | ${code(fields)} | ${description} |`;
  });
  return ['| event | fields | meaning |', '| --- | --- | --- |', ...rows].join('\n');
};

/** The lines of a frame log as Markdown tables, read off the schemas that check them. */
export const logMarkdown = {
  header: (): string => `${fieldTable(headerSchema)}\n`,
  frame: (): string => `${fieldTable(frameSchema)}\n`,
  events: (): string => `${eventTable()}\n`,
} as const;
