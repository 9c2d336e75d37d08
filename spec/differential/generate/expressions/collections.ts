/** Comprehensions, and what they go through. */

import { isScalar, joinTypes } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import * as t from '../types.ts'
import { call, candidatesOf } from './calls.ts'
import { type Environment, withVariable } from './environment.ts'
import { collected, literal } from './literals.ts'
import type { How, Maker } from './maker.ts'
import { readable } from './readable.ts'
import { freshVariable } from './variables.ts'
import { type Condition, LEVEL, plain, primary, type Written, within, written } from './written.ts'

type Collection = Extract<Type, { kind: 'list' | 'set' | 'map' }>
type RangeKind = Collection['kind']

/** What `x` is in `c.all(x, …)`. */
export function elementOf(type: Type): Type {
  return type.kind === 'list' || type.kind === 'set' ? type.element : t.STRING
}

/** Something to go through. Within a loop over what may be long only what is written out, as the checker counts the rounds. */
export function range(make: Maker, at: Environment, depth: number, kinds: readonly RangeKind[], element?: Type): Written {
  const { random } = make
  const reads = at.loops > 0 ? [] : kinds.flatMap((kind) => readable(at).ofKind.get(kind) ?? [])
  const fitting = element === undefined ? reads : reads.filter(({ type }) => elementOf(type).kind === element.kind)
  const short = (): Written => {
    const kind = random.pick(kinds)
    if (kind === 'map') return literal(t.map(random.pick(t.SCALARS)), random, false)
    const type = element !== undefined && isScalar(element) ? element : random.pick(t.SCALARS)
    if (kind === 'set') return literal(t.set(type), random, false)
    return collected(
      'list',
      random.list(1, 3, () => make.value(type, at, depth - 2)),
      type,
    )
  }
  const read = (): Written => {
    const { text, type } = random.pick(fitting)
    return primary(text, type)
  }
  const splits = kinds.includes('list') && at.loops === 0 && (element === undefined || element.kind === 'string')
  return random.way<Written>([
    [fitting.length > 0 ? 6 : 0, read],
    [1, short],
    [splits ? 0.5 : 0, () => call(random.pick(candidatesOf('list')), make, at, depth - 1) ?? short()],
  ])
}

function inside(over: Written, make: Maker, at: Environment): readonly [name: string, at: Environment] {
  const name = freshVariable(make.random, at)
  return [name, withVariable(at, name, elementOf(over.type), over.isShort ? 'short' : 'long')]
}

/** `all`, `exists`, `exists_one`. */
export function quantifier(make: Maker, at: Environment, depth: number, given?: Written): Condition {
  const over = given ?? range(make, at, depth, ['list', 'set', 'map'])
  const [name, inner] = inside(over, make, at)
  const test = make.condition(inner, depth - 1)
  const macro = make.random.pick(['all', 'exists', 'exists', 'exists_one'])
  return plain(primary(`${within(over, LEVEL.primary)}.${macro}(${name}, ${test.text})`, t.BOOL), at)
}

/** A list or a set of a type. Null where there is nothing to make it of. */
export function collection(type: Type, make: Maker, at: Environment, depth: number, how: How): Written | null {
  if (type.kind !== 'list' && type.kind !== 'set') return null
  const { random } = make
  const { element } = type
  const kinds: readonly RangeKind[] = type.kind === 'list' ? ['list'] : ['set', 'map']
  const canSum = type.kind === 'list' && at.loops === 0
  const filtered = () => {
    const over = range(
      make,
      at,
      depth,
      type.kind === 'list' ? ['list'] : element.kind === 'string' ? ['set', 'map'] : ['set'],
      element,
    )
    // What is there may hold others of that kind: texts where some of them are wanted.
    if (elementOf(over.type).kind !== element.kind || element.kind === 'literals' || !isScalar(element)) return null
    const [name, inner] = inside(over, make, at)
    const test = make.condition(inner, depth - 1)
    const result: Type = over.type.kind === 'map' ? t.set(t.STRING) : over.type
    return primary(`${within(over, LEVEL.primary)}.filter(${name}, ${test.text})`, result)
  }
  const mapped = () => {
    if (!isScalar(element)) return null
    const over = range(make, at, depth, kinds)
    const [name, inner] = inside(over, make, at)
    const filter = random.chance(0.3) ? make.condition(inner, depth - 2) : null
    const body = make.value(element, filter?.whenTrue ?? inner, depth - 1, { open: true })
    const given = filter === null ? body.text : `${filter.text}, ${body.text}`
    return primary(`${within(over, LEVEL.primary)}.map(${name}, ${given})`, { kind: type.kind, element: body.type })
  }
  const sum = () => {
    const [left, right] = [make.value(type, at, depth - 1, { open: true }), make.value(type, at, depth - 1, { expected: true })]
    const text = `${within(left, LEVEL.sum)} + ${within(right, LEVEL.product)}`
    return written(text, LEVEL.sum, joinTypes(left.type, right.type) as Type)
  }
  const listed = () => {
    if (type.kind === 'set' && !how.expected) return null
    return collected(
      type.kind,
      random.list(1, 3, () => make.value(element, at, depth - 1)),
      element,
    )
  }
  return random.way<Written | null>([
    [2, filtered],
    [3, mapped],
    [canSum ? 1.5 : 0, sum],
    [1.5, listed],
  ])
}
