import { isReservedName } from './allowlist/names.ts'

/**
 * The property by which a module's record of a caller, a body, a query or an entry of data holds a field: its name, or `$` and
 * its name where that is reserved (`spec/language/whitelist.md`). Names of fields hold no `$`, so two fields never share a
 * property.
 */
export function propertyName(field: string): string {
  return isReservedName(field) ? `$${field}` : field
}

/** The field that a property holds: the inverse of `propertyName`. */
export function fieldName(property: string): string {
  return property.startsWith('$') ? property.slice(1) : property
}
