/** The manifest's part about what conditions read. Bounds the depth of later recursion. */

import type { ReadType } from '../../abi/index.ts'
import { isCount, isObject, isString, listOf, shapeOf, type ValueCheck } from '../../base/values.ts'

/** Maximum nesting of types, equal to that of the language's expressions. */
const DEEPEST = 200

/**
 * Checks the manifest's `reads`, which lists the values that conditions read. Returns the first problem as the end of a sentence,
 * or `null` if it is valid.
 */
export function readsProblem(value: unknown): string | null {
  if (!isObject(value)) return 'must be an object'
  const { identities, values, sets, routes } = value
  if (!listOf(isValue)(values)) return 'has `values`, which must be a list of what is read'
  const isSet = isSetBelow((values as readonly unknown[]).length)
  if (!listOf(isIdentity(isSet))(identities)) return 'has `identities`, which must be a list of what callers bring'
  if (!listOf(isSet)(sets)) return 'has `sets`, which must be a list of what routes read'
  const count = (sets as readonly unknown[]).length
  if (!isObject(routes) || !Object.values(routes).every((place) => isCount(place) && place < count))
    return 'has `routes`, which must each name one of `sets`'
  return null
}

function isIdentity(isSet: ValueCheck): ValueCheck {
  const isRole = shapeOf({ name: isString, values: isSet, data: listOf(isString) })
  return shapeOf({ name: isString, claims: listOf(isClaim), spiffe: isFlag, roles: listOf(isRole) })
}

/** Returns a check of a set: indices of values below `most`, and names, separated by spaces. */
function isSetBelow(most: number): ValueCheck {
  const isPlace = (word: string) => /^(?:0|[1-9]\d{0,8})$/.test(word) && Number(word) < most
  return (value) =>
    typeof value === 'string' &&
    /^(?:\w+(?: \w+)*)?$/.test(value) &&
    value.split(' ').every((word) => !/^\d/.test(word) || isPlace(word))
}

const isFlag = (value: unknown) => typeof value === 'boolean'
const isTypeAlone = (value: unknown) => isType(value, 0)
const isPath = (value: unknown) => listOf(isString)(value) && (value as readonly unknown[]).length > 0

const isClaim = shapeOf({ name: isString, from: isPath, type: isTypeAlone, optional: isFlag })

const isValue = shapeOf({
  ...{ at: isPath, type: isTypeAlone, optional: isFlag, opaque: isFlag },
  presence: (value) => value === undefined || value === true,
})

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
      return listOf(isString)(inner)
    case 'list':
    case 'set':
    case 'map':
      return isType(inner, depth + 1)
    case 'record':
      return isObject(inner) && Object.values(inner).every(shapeOf({ optional: isFlag, type: (of) => isType(of, depth + 1) }))
    default:
      return false
  }
}
