/** Types as generated policies declare them: written out, or by the name of an alias. */

import {
  BOOL,
  CIDR,
  DOUBLE,
  DURATION,
  HIERARCHY,
  INT,
  IP,
  literals,
  STRING,
  showType,
  TIMESTAMP,
} from '../../../language/checker/types/type.ts'
import type { FieldShape, RecordShape, Type } from '../../../language/index.ts'

export { BOOL, CIDR, DOUBLE, DURATION, HIERARCHY, INT, IP, STRING, TIMESTAMP }

export const list = (element: Type): Type => ({ kind: 'list', element })
export const set = (element: Type): Type => ({ kind: 'set', element })
export const map = (value: Type): Type => ({ kind: 'map', value })
export const optional = (value: Type): Type => ({ kind: 'optional', value })
export const oneOf = (...values: readonly string[]): Type => literals(values)

export type Shape = FieldShape
export type Fields = ReadonlyMap<string, Shape>

/** `a`, `b?`: an optional field ends in a question mark. */
export function fields(types: Readonly<Record<string, Type>>): Fields {
  return new Map(
    Object.entries(types).map(([written, type]) => {
      const name = written.replace('?', '')
      return [name, { type, optional: name !== written, path: [name] }]
    }),
  )
}

export function record(types: Readonly<Record<string, Type>>, open = false): RecordShape {
  return { kind: 'record', fields: fields(types), open }
}

export const GEO = record({ lat: DOUBLE, 'spot?': STRING })
export const ADDRESS = record({ city: STRING, no: INT, 'zip?': STRING, 'geo?': GEO })
export const ITEM = record({ sku: STRING, price: INT, tags: set(STRING), 'note?': STRING, 'due?': TIMESTAMP })
export const TIER = oneOf('gold', 'silver', 'lead')
export const ORDER = record({ items: list(ITEM), amount: INT, 'coupon?': oneOf('spring', 'autumn'), by: map(ITEM) }, true)

/** Types that a policy may give a name to. */
export const ALIASES: ReadonlyMap<string, Type> = new Map(
  Object.entries({ Geo: GEO, Address: ADDRESS, Item: ITEM, Tier: TIER, Order: ORDER }),
)

/** What sets hold, and what is compared. */
export const SCALARS: readonly Type[] = [BOOL, INT, DOUBLE, STRING, TIER, TIMESTAMP, DURATION, IP, CIDR]

/** As a declaration writes it: by name what `aliases` have. */
export function printType(type: Type, aliases: ReadonlyMap<string, Type>): string {
  for (const [name, one] of aliases) if (one === type) return name
  switch (type.kind) {
    case 'list':
    case 'set':
      return `${type.kind}<${printType(type.element, aliases)}>`
    case 'map':
      return `map<string, ${printType(type.value, aliases)}>`
    case 'record':
      return `{ ${[...printFields(type.fields, aliases), ...(type.open ? ['...'] : [])].join(', ')} }`
    default:
      return showType(type)
  }
}

/** `name?: T`, or with a foreign name: `from "a" "b"`. */
export function printFields(all: Fields, aliases: ReadonlyMap<string, Type>): string[] {
  return [...all].map(([name, { type, optional, path }]) => {
    const from = path.length === 1 && path[0] === name ? '' : ` from ${path.map((part) => JSON.stringify(part)).join(' ')}`
    return `${name}${optional ? '?' : ''}${from}: ${printType(type, aliases)}`
  })
}

export function isCollection({ kind }: Type): boolean {
  return kind === 'list' || kind === 'set' || kind === 'map'
}
