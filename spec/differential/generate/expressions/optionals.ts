/** What may be missing: `.?f`, `[?k]`, and what is made of these. */

import { fitsType, joinTypes } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import { HEADERS, KEYS, quote } from '../constants.ts'
import * as t from '../types.ts'
import { type Environment, withVariable } from './environment.ts'
import { hasLiteral, literal } from './literals.ts'
import type { Maker } from './maker.ts'
import { readable } from './readable.ts'
import { freshVariable } from './variables.ts'
import { LEVEL, primary, type Written, within, written } from './written.ts'

/** An optional of a type. Null where there is none. */
export function optionalOf(type: Type, make: Maker, at: Environment, depth: number): Written | null {
  const { random } = make
  const accesses = accessesOf(at).filter((one) => fitsType(one.type, type))
  const access = (): Written | null => {
    if (accesses.length === 0) return hasLiteral(type) ? literal(t.optional(type), random, false) : null
    return accessed(random.pick(accesses), make, at, depth)
  }
  if (depth <= 0) return access()
  return random.way<Written | null>([
    [5, access],
    [hasLiteral(type) ? 0.4 : 0, () => literal(t.optional(type), random, false)],
    [hasLiteral(type) ? 1.2 : 0, () => optMap(type, make, at, depth) ?? access()],
    [0.5, () => choice(type, make, at, depth) ?? access()],
  ])
}

interface Access {
  /** The type of what is in it. */
  readonly type: Type
  readonly path: (make: Maker, at: Environment, depth: number) => string
}

const known = new WeakMap<Environment, readonly Access[]>()

function accessesOf(at: Environment): readonly Access[] {
  const before = known.get(at)
  if (before !== undefined) return before
  const found = findAccesses(at)
  known.set(at, found)
  return found
}

/** Every access to what may be missing, one or two steps deep. */
function findAccesses(at: Environment): readonly Access[] {
  const { optional, ofKind } = readable(at)
  const fixed = (text: string, type: Type): Access => ({ type, path: () => text })
  const found: Access[] = optional.map(({ text, type }) => fixed(text, type))
  for (const { text, type } of optional) found.push(...inside(text, type))
  for (const { text, type } of ofKind.get('map') ?? []) {
    const { value } = type as { value: Type }
    found.push({ type: value, path: (make, at, depth) => `${text}[?${key(make, at, depth)}]` })
    if (value.kind === 'record')
      for (const [name, field] of value.fields)
        found.push({ type: field.type, path: (make, at, depth) => `${text}[?${key(make, at, depth)}].?${name}` })
    if (value.kind === 'map')
      found.push({ type: value.value, path: (make, at, depth) => `${text}[?${key(make, at, depth)}][?"a"]` })
  }
  for (const { text, type } of ofKind.get('list') ?? [])
    found.push({ type: (type as { element: Type }).element, path: (make, at, depth) => `${text}[?${position(make, at, depth)}]` })
  if (at.readsRequest) for (const name of HEADERS) found.push(fixed(`request.headers[?${quote(name)}]`, t.STRING))
  return found
}

/** Behind an optional: what is in it is looked into in turn. */
function inside(text: string, type: Type): readonly Access[] {
  switch (type.kind) {
    case 'record':
      return [...type.fields].map(([name, field]) => ({ type: field.type, path: () => `${text}.?${name}` }))
    case 'map':
      return [{ type: type.value, path: (make, at, depth) => `${text}[?${key(make, at, depth)}]` }]
    case 'list':
      return [{ type: type.element, path: (make, at, depth) => `${text}[?${position(make, at, depth)}]` }]
    default:
      return []
  }
}

function accessed({ type, path }: Access, make: Maker, at: Environment, depth: number): Written {
  return primary(path(make, at, depth), t.optional(type))
}

/** An access of whatever type, as text. */
export function anyAccess(make: Maker, at: Environment, depth: number): Written | null {
  const accesses = accessesOf(at)
  return accesses.length === 0 ? null : accessed(make.random.pick(accesses), make, at, depth)
}

function key(make: Maker, at: Environment, depth: number): string {
  if (make.random.chance(0.4)) return quote(make.random.pick(KEYS))
  return make.value(t.STRING, at, Math.min(depth - 1, 1), { open: true }).text
}

function position(make: Maker, at: Environment, depth: number): string {
  if (make.random.chance(0.6)) return String(make.random.int(-1, 2))
  return make.value(t.INT, at, Math.min(depth - 1, 1), { open: true }).text
}

function optMap(type: Type, make: Maker, at: Environment, depth: number): Written | null {
  const from = anyAccess(make, at, depth - 1)
  if (from === null) return null
  const name = freshVariable(make.random, at)
  // It is gone through once at most.
  const inner = withVariable(at, name, (from.type as { value: Type }).value, 'short')
  const body = make.value(type, inner, depth - 1, { open: true })
  return primary(`${within(from, LEVEL.primary)}.optMap(${name}, ${body.text})`, t.optional(body.type))
}

function choice(type: Type, make: Maker, at: Environment, depth: number): Written | null {
  const test = make.condition(at, depth - 1)
  const then = optionalOf(type, make, test.whenTrue, depth - 1)
  const otherwise = optionalOf(type, make, test.whenFalse, depth - 1)
  if (then === null || otherwise === null) return null
  const text = `${within(test, LEVEL.or)} ? ${within(then, LEVEL.or)} : ${within(otherwise, LEVEL.conditional)}`
  return written(text, LEVEL.conditional, joinTypes(then.type, otherwise.type) as Type)
}
