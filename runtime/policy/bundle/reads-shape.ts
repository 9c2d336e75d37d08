/** The part of a manifest that says what conditions read. Whatever walks it later goes as deep as it does. */

import type { ReadType } from '../../abi/index.ts'

/** Types nest so deep at most, as expressions of the language do. */
const DEEPEST = 200

/** What is wrong with it; null where it is well. */
export function readsProblem(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object'
  const { identities, sets, routes } = value
  if (!listOf(identities, isIdentity)) return 'has `identities`, which must be a list of what each brings'
  if (!listOf(sets, isSet)) return 'has `sets`, which must be a list of what routes read'
  const count = (sets as readonly unknown[]).length
  const isPlace = (place: unknown) => Number.isSafeInteger(place) && (place as number) >= 0 && (place as number) < count
  if (!isObject(routes) || !Object.values(routes).every(isPlace)) return 'has `routes`, which must each name one of `sets`'
  return null
}

function isIdentity(value: unknown): boolean {
  if (!isObject(value)) return false
  const { name, claims, spiffe, roles } = value
  return typeof name === 'string' && typeof spiffe === 'boolean' && listOf(claims, isClaim) && listOf(roles, isRole)
}

function isClaim(value: unknown): boolean {
  if (!isObject(value)) return false
  const { name, from, type, optional } = value
  return typeof name === 'string' && isPath(from) && isType(type, 0) && typeof optional === 'boolean'
}

function isRole(value: unknown): boolean {
  return isObject(value) && typeof value.name === 'string' && listOf(value.values, isValue) && listOf(value.data, isText)
}

function isSet(value: unknown): boolean {
  return isObject(value) && listOf(value.values, isValue) && listOf(value.roles, isText)
}

function isValue(value: unknown): boolean {
  if (!isObject(value)) return false
  const { at, type, optional, opaque } = value
  return isPath(at) && isType(type, 0) && typeof optional === 'boolean' && typeof opaque === 'boolean'
}

const SCALARS: ReadonlySet<unknown> = new Set([
  'bool',
  'int',
  'double',
  'string',
  'timestamp',
  'duration',
  'ip',
  'cidr',
] satisfies ReadType[])

function isType(value: unknown, depth: number): boolean {
  if (typeof value === 'string') return SCALARS.has(value)
  if (!isObject(value) || depth > DEEPEST) return false
  const [key = '', ...others] = Object.keys(value)
  if (others.length > 0) return false
  const inner = value[key]
  switch (key) {
    case 'literals':
      return listOf(inner, isText)
    case 'list':
    case 'set':
    case 'map':
      return isType(inner, depth + 1)
    case 'record':
      return (
        isObject(inner) &&
        Object.values(inner).every(
          (field) => isObject(field) && typeof field.optional === 'boolean' && isType(field.type, depth + 1),
        )
      )
    default:
      return false
  }
}

function isPath(value: unknown): boolean {
  return listOf(value, isText) && (value as readonly unknown[]).length > 0
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function listOf(value: unknown, is: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(is)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
