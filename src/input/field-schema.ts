import * as z from 'zod';

/** The part of a JSON Schema that our fields use. */
export type FieldSchema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly additionalProperties?: FieldSchema;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxLength?: number;
  /** Our own words, where a type and its bounds do not say it; of an object those for its keys. */
  readonly allowed?: string;
  /** Ours too: the number that comes after none or 0, where a setting is stepped. */
  readonly first?: number;
};

/** What a field's schema allows. */
export const fieldSchema = (field: z.ZodType): FieldSchema =>
  z.toJSONSchema(field, { io: 'input' }) as FieldSchema;
