/** What a value is in formulas. */
import type { Type } from '../../../../language/checker/types/type.ts'
import { type Formula, ite, same } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

export type Shape =
  | { readonly kind: 'scalar'; readonly type: Type; readonly term: Formula }
  /** A set, or a list of which it does not matter in what order and how often: an array that says of each element whether it is in it. */
  | { readonly kind: 'bag'; readonly type: Type; readonly term: Formula; readonly elements: readonly Formula[] | null }
  | { readonly kind: 'map'; readonly type: Type; readonly keys: Formula; readonly values: Formula }
  /** Where it stands, and so what stands in it. */
  | { readonly kind: 'record'; readonly type: Type; readonly path: string }
  | { readonly kind: 'optional'; readonly there: Formula; readonly value: Shape }

/** A value, where evaluating it does not err. */
export interface Evaluated {
  readonly ok: Formula
  readonly value: Shape
}

/** Of scalars, lists and sets; whole numbers of nanoseconds are times, addresses are numbers. */
export function sortOf(type: Type): string {
  switch (type.kind) {
    case 'bool':
      return 'Bool'
    case 'int':
    case 'timestamp':
    case 'duration':
    case 'ip':
      return 'Int'
    case 'double':
      return 'Float64'
    case 'string':
    case 'literals':
      return 'String'
    case 'list':
    case 'set':
      return `(Array ${sortOf(type.element)} Bool)`
    default:
      throw new UnsupportedError(`a value of ${type.kind}`)
  }
}

export function shapeOf(type: Type, term: Formula): Shape {
  return type.kind === 'list' || type.kind === 'set'
    ? { kind: 'bag', type, term, elements: null }
    : { kind: 'scalar', type, term }
}

export function termOf(value: Shape): Formula {
  if (value.kind === 'scalar' || value.kind === 'bag') return value.term
  throw new UnsupportedError(`a ${value.kind} as a whole`)
}

export function either(test: Formula, then: Shape, otherwise: Shape): Shape {
  if (then.kind === 'optional' && otherwise.kind === 'optional')
    return {
      kind: 'optional',
      there: ite(test, then.there, otherwise.there),
      value: either(test, then.value, otherwise.value),
    }
  if (then.kind === 'map' && otherwise.kind === 'map')
    return { ...then, keys: ite(test, then.keys, otherwise.keys), values: ite(test, then.values, otherwise.values) }
  if (then.kind === 'bag' && otherwise.kind === 'bag' && then.term !== otherwise.term && (isList(then) || isList(otherwise)))
    throw new UnsupportedError('one of two lists')
  const type = then.kind === 'scalar' ? then.type : null
  return shapeOf(type ?? (then as { type: Type }).type, ite(test, termOf(then), termOf(otherwise)))
}

function isList({ type }: { readonly type: Type }): boolean {
  return type.kind === 'list'
}

export function elementOf(type: Type): Type {
  if (type.kind === 'list' || type.kind === 'set') return type.element
  throw new UnsupportedError(`elements of a ${type.kind}`)
}

/** The array that has nothing in it. */
export function empty(element: Type): Formula {
  return `((as const (Array ${sortOf(element)} Bool)) false)`
}

export function withAll(elements: readonly Formula[], element: Type): Formula {
  return elements.reduce((bag, one) => `(store ${bag} ${one} true)`, empty(element))
}

/** What is in both. */
export function restricted(bag: Formula, elements: readonly Formula[], element: Type): Formula {
  return elements.reduce((sum, one) => `(store ${sum} ${one} (select ${bag} ${one}))`, empty(element))
}

/** Of scalars. */
export function equalTerms(a: Formula, b: Formula, type: Type): Formula {
  return type.kind === 'double' ? `(fp.eq ${a} ${b})` : same(a, b)
}
