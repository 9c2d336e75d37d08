import { isOrdered } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import * as t from '../types.ts'
import { elementOf } from './collections.ts'
import type { Environment } from './environment.ts'
import { int, text } from './literals.ts'
import type { Maker } from './maker.ts'
import { LEVEL, primary, type Written, within, written } from './written.ts'

const EQUALITIES = ['==', '==', '!=']
export const ORDERS = ['<', '<=', '>', '>=']

export function relation(left: Written, operator: string, right: Written): Written {
  return written(`${within(left, LEVEL.sum)} ${operator} ${within(right, LEVEL.sum)}`, LEVEL.relation, t.BOOL)
}

/** A comparison of two of a type. */
export function compared(type: Type, make: Maker, at: Environment, depth: number, given?: Written): Written {
  const { random } = make
  const left = given ?? make.value(type, at, Math.max(depth - 1, 0), { open: true })
  if (isOrdered(type) && random.chance(0.45))
    return turned(left, random.pick(ORDERS), make.value(type, at, Math.max(depth - 1, 0)), make)
  // What goes through two that may be long costs more than a loop can.
  const isLong = t.isCollection(type) && (at.loops > 0 || t.isCollection(elementOrValue(type)))
  const right = make.value(type, at, isLong ? 0 : Math.max(depth - 1, 0), { expected: true })
  if (isLong && !right.isShort) return relation(sized(left), random.pick(ORDERS), int(random.int(0, 3)))
  // Of a default that can be equal to what is read on the other side, the checker says that nothing must match.
  if (isDefaulted(left, right) || isDefaulted(right, left)) {
    if (isOrdered(type)) return turned(left, random.pick(ORDERS), right, make)
    if (t.isCollection(type) || type.kind === 'literals') return relation(sized(left), random.pick(ORDERS), int(random.int(0, 3)))
  }
  return turned(left, random.pick(EQUALITIES), matching(left, right, make), make)
}

/** Two unions of texts of which none is in both are never equal, which the checker says. */
export function matching(left: Written, right: Written, { random }: Maker): Written {
  const [a, b] = [left.type, right.type]
  const isNever = a.kind === 'literals' && b.kind === 'literals' && !a.values.some((value) => b.values.includes(value))
  return isNever && a.kind === 'literals' ? text(random.pick(a.values)) : right
}

/** Sides may change places where none of them takes its type from the other. */
function turned(left: Written, operator: string, right: Written, { random }: Maker): Written {
  return random.chance(0.85) ? relation(left, operator, right) : relation(right, operator, left)
}

function isDefaulted(side: Written, other: Written): boolean {
  const isLiteral = /^(?:-?[\d.]+(?:[eE][+-]?\d+)?|"[^"]*"|'[^']*')$/.test(other.text)
  return side.type.kind !== 'bool' && side.text.includes('.orValue(') && !isLiteral
}

function elementOrValue(type: Type): Type {
  return type.kind === 'map' || type.kind === 'optional' ? type.value : elementOf(type)
}

export function sized(of: Written): Written {
  return primary(`size(${of.text})`, t.INT)
}
