/** Conditions that tell nothing: comparisons, membership, built-ins, comprehensions. */

import { isComparable, isString, joinTypes } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import * as constants from '../constants.ts'
import * as t from '../types.ts'
import { nearTheEnd } from './arithmetic.ts'
import { elementOf, quantifier } from './collections.ts'
import { compared, matching, ORDERS, relation, sized } from './comparisons.ts'
import type { Environment } from './environment.ts'
import { testOfFeature } from './features.ts'
import { collected, int, text } from './literals.ts'
import type { Maker } from './maker.ts'
import { anyAccess } from './optionals.ts'
import { type Read, readable } from './readable.ts'
import { canMake, defCall } from './values.ts'
import { primary, type Written } from './written.ts'

/** A bool that tells nothing. */
export function test(make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const reads = readable(at).now
  const own = reads.filter(({ text }) => !text.startsWith('request.') && !text.startsWith('source.'))
  const about = () =>
    own.length === 0 ? compared(random.pick(t.SCALARS), make, at, depth) : aboutRead(random.pick(own), make, at, depth)
  return random.way<Written>([
    [7, about],
    [5, () => testOfFeature(make, at, depth) ?? about()],
    [2, () => compared(random.pick(t.SCALARS), make, at, depth)],
    [0.8, () => compared(random.pick(COMPOUND), make, at, depth)],
    [1, () => ofOptional(make, at, depth)],
    [1.5, () => quantifier(make, at, depth)],
    [
      at.mayErr ? 0.7 : 0,
      () => relation(nearTheEnd(make, at, depth), random.pick(ORDERS), int(random.pick([0, constants.GREATEST]))),
    ],
    [1, () => defCall(t.BOOL, make, at, depth) ?? about()],
    [0.7, () => inLiteral(make, at, depth)],
    [0.15, () => primary(random.pick(['true', 'false']), t.BOOL)],
  ])
}

const COMPOUND: readonly Type[] = [
  ...t.SCALARS.map(t.optional),
  ...t.SCALARS.map(t.set),
  ...t.SCALARS.map(t.list),
  ...[t.map(t.INT), t.map(t.STRING), t.map(t.TIMESTAMP)],
]

/** Something about what can be read. */
export function aboutRead(read: Read, make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const { type } = read
  const self = primary(read.text, type)
  switch (type.kind) {
    case 'bool':
      return random.chance(0.5) ? self : compared(type, make, at, depth, self)
    case 'string':
    case 'literals':
      return aboutText(self, make, at, depth)
    case 'list':
    case 'set':
    case 'map':
      return aboutCollection(self, make, at, depth)
    case 'record': {
      const inside = readable(at).now.filter(({ text }) => text.startsWith(`${read.text}.`))
      if (inside.length > 0) return aboutRead(random.pick(inside), make, at, depth)
      return compared(t.INT, make, at, depth)
    }
    default:
      return compared(type, make, at, depth, self)
  }
}

function aboutText(self: Written, make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const wide = () => relation(self, random.pick(ORDERS), text(random.pick(constants.WIDE)))
  const part = () => {
    const name = random.pick(['startsWith', 'endsWith', 'contains'])
    return primary(`${self.text}.${name}(${make.value(t.STRING, at, Math.min(depth - 1, 1)).text})`, t.BOOL)
  }
  return random.way<Written>([
    [5, () => compared(self.type, make, at, depth, self)],
    [2, part],
    [1, wide],
    [1, () => relation(sized(self), random.pick(['==', '<', '>']), int(random.int(0, 3)))],
    [1.5, () => membership(self, make, at, depth)],
  ])
}

function aboutCollection(self: Written, make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const { type } = self
  const element = elementOf(type)
  const isLong = at.loops > 0
  const member = () => {
    const one = type.kind === 'map' ? t.STRING : element
    const made = make.value(one, at, Math.max(depth - 1, 0), { open: random.chance(0.4) })
    const fitting = matching(primary('', one), made, make)
    return relation(fitting, 'in', self)
  }
  const size = () => relation(sized(self), random.pick(['==', '>', '<=']), int(random.int(0, 3)))
  return random.way<Written>([
    [
      isComparable(element) && canMake(element, at) && !(isLong && type.kind === 'list') && !t.isCollection(element) ? 4 : 0,
      member,
    ],
    [1, size],
    [isLong ? 0 : 3, () => quantifier(make, at, depth, self)],
    [isComparable(type) ? 2 : 0, () => compared(type, make, at, depth, self)],
  ])
}

/** `x in […]` */
function inLiteral(make: Maker, at: Environment, depth: number): Written {
  const type = make.random.pick(t.SCALARS)
  return membership(make.value(type, at, Math.max(depth - 1, 0), { open: true }), make, at, depth)
}

function membership(left: Written, make: Maker, at: Environment, depth: number): Written {
  const wanted = isString(left.type) ? t.STRING : left.type
  const elements = make.random.list(1, 3, () => make.value(wanted, at, Math.max(depth - 2, 0)))
  const [first] = elements
  if (first !== undefined && isString(left.type)) {
    const all = elements.map(({ type }) => type).reduce((a, b) => joinTypes(a, b) as Type)
    elements.push(matching(left, { ...first, type: all }, make))
  }
  return relation(left, 'in', collected('list', elements, left.type))
}

/** What may be missing, compared with what it is if it is missing. */
function ofOptional(make: Maker, at: Environment, depth: number): Written {
  const { random } = make
  const access = anyAccess(make, at, depth)
  if (access === null) return compared(t.INT, make, at, depth)
  const { value } = access.type as { value: Type }
  if (random.chance(0.3) || !canMake(value, at)) return primary(`${access.text}.hasValue()`, t.BOOL)
  if (isComparable(value) && !t.isCollection(value) && random.chance(0.3)) return compared(access.type, make, at, depth, access)
  const fallback = make.value(value, at, Math.min(depth - 1, 1), { expected: true })
  const type = joinTypes(value, fallback.type) as Type
  const got = primary(`${access.text}.orValue(${fallback.text})`, type)
  if (type.kind === 'bool') return got
  if (t.isCollection(type)) return relation(sized(got), random.pick(ORDERS), int(random.int(0, 2)))
  return isComparable(type) ? compared(type, make, at, depth, got) : primary(`${access.text}.hasValue()`, t.BOOL)
}
