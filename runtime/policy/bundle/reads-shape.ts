/** The part of a manifest that says what conditions read. Whatever walks it later goes as deep as it does. */

import type { ReadType } from '../../abi/index.ts'
import { isObject } from '../../base/values.ts'

/** Types nest so deep at most, as expressions of the language do. */
const DEEPEST = 200

/** What is wrong with it; null where it is well. */
export function readsProblem(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object'
  const { identities, values, sets, routes } = value
  if (!listOf(values, isValue)) return 'has `values`, which must be a list of what is read'
  const most = (values as readonly unknown[]).length
  if (!listOf(identities, (one) => isIdentity(one, most))) return 'has `identities`, which must be a list of what callers bring'
  if (!listOf(sets, (set) => isSet(set, most))) return 'has `sets`, which must be a list of what routes read'
  const count = (sets as readonly unknown[]).length
  if (!isObject(routes) || !Object.values(routes).every((place) => Number.isSafeInteger(place) && isBelow(place, count)))
    return 'has `routes`, which must each name one of `sets`'
  return null
}

function isIdentity(value: unknown, most: number): boolean {
  if (!isObject(value)) return false
  const { name, claims, spiffe, roles } = value
  const isRole = (role: unknown) => isObject(role) && isText(role.name) && isSet(role.values, most) && listOf(role.data, isText)
  return isText(name) && typeof spiffe === 'boolean' && listOf(claims, isClaim) && listOf(roles, isRole)
}

/** Places of values, and names. */
function isSet(value: unknown, most: number): boolean {
  if (typeof value !== 'string' || !/^(?:\w+(?: \w+)*)?$/.test(value)) return false
  return value.split(' ').every((word) => !/^\d/.test(word) || (/^(?:0|[1-9]\d{0,8})$/.test(word) && isBelow(Number(word), most)))
}

function isBelow(place: unknown, most: number): boolean {
  return (place as number) >= 0 && (place as number) < most
}

function isClaim(value: unknown): boolean {
  if (!isObject(value)) return false
  const { name, from, type, optional } = value
  return typeof name === 'string' && isPath(from) && isType(type, 0) && typeof optional === 'boolean'
}

function isValue(value: unknown): boolean {
  if (!isObject(value)) return false
  const { at, type, optional, opaque, presence } = value
  if (presence !== undefined && presence !== true) return false
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
