/** What people write: strict JSON, one-line refusals, the nearest name. */
export { counted } from './counted.js';
export { type FieldSchema, fieldSchema } from './field-schema.js';
export { isThere, parseUserJson, readUserFile, readUserJson } from './json-file.js';
export { editorSchema, fileJsonSchema, schemaReference } from './json-schema.js';
export { later } from './later.js';
export { nearestName } from './nearest-name.js';
export {
  allowedValues,
  alternatives,
  refuseIssue,
  refuseKey,
  refuseValue,
  shown,
  valueAt,
} from './refusal.js';
export { isShown, replaceUnshown } from './shown-text.js';
export { isUserError, UserError } from './user-error.js';
