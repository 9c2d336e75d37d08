import { type Code, identifier } from './code.ts'

/** What every object has already, so that a field of that name would be read from, or written to, something else. */
const INHERITED = new Set([
  'constructor',
  'hasOwnProperty',
  'isPrototypeOf',
  'propertyIsEnumerable',
  'toLocaleString',
  'toString',
  'valueOf',
])

/**
 * The property that holds a field of a caller or a record: its name, or `$` and its name where that could mean
 * something to JavaScript (`__proto__`, `constructor`). Field names hold no `$`, so two fields never share a property.
 */
export function property(name: string): Code {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) throw new Error('not a field name')
  return identifier(INHERITED.has(name) || name.startsWith('__') ? `$${name}` : name)
}
