import * as build from '../../compiler/ir/build.ts'
import type { ConstValue, Expr } from '../../compiler/ir/index.ts'
import { CIDR, DOUBLE, DURATION, INT, IP, isScalar, STRING, TIMESTAMP, type Type } from '../../language/checker/types/type.ts'
import { helpers } from '../../runtime/abi/index.ts'

/** Expressions whose evaluation always errs: `1 / 0` as an int, and a comparison with it as a bool. */
export const ZEROTH: Expr = build.arithmetic('/', build.constant(1, INT), build.constant(0, INT))
export const ERRS: Expr = build.equal(ZEROTH, build.constant(0, INT))

const TEXT = build.call('string(int)', [ZEROTH], STRING)
const ERRING: Readonly<Partial<Record<Type['kind'], Expr>>> = {
  bool: ERRS,
  int: ZEROTH,
  double: build.call('double(int)', [ZEROTH], DOUBLE),
  string: TEXT,
  literals: TEXT,
  timestamp: build.call('timestamp(int)', [ZEROTH], TIMESTAMP),
  duration: build.call('duration(string)', [TEXT], DURATION),
  ip: build.call('ip(string)', [TEXT], IP),
  cidr: build.call('cidr(string)', [TEXT], CIDR),
}

const known = new WeakSet<Expr>(Object.values(ERRING))

/** Returns an expression of the given type whose evaluation always errs; null if the type has none. */
export function erring(type: Type & { readonly kind: 'bool' }): Expr
export function erring(type: Type): Expr | null
export function erring(type: Type): Expr | null {
  const made = ERRING[type.kind] ?? carrying(type)
  if (made !== null) known.add(made)
  return made
}

function carrying(type: Type): Expr | null {
  switch (type.kind) {
    case 'optional': {
      const value = erring(type.value)
      return value && build.some(value)
    }
    case 'list':
    case 'set': {
      const element = erring(type.element)
      return element && build.collect([element], type)
    }
    case 'map': {
      const value = erring(type.value)
      return value && build.collectMap([{ key: '', value }], type)
    }
    default:
      return null
  }
}

/** Returns whether an expression is one of the always erring expressions that this file creates. */
export function errs(expression: Expr): boolean {
  return known.has(expression)
}

/** Converts a known value to an expression of the given type. Returns null for records, hierarchies and infinite doubles. */
export function lift(value: unknown, type: Type): Expr | null {
  if (type.kind === 'optional') {
    if (value === null) return build.constant(null, type)
    const carried = lift(value, type.value)
    return carried && build.some(carried)
  }
  if (isScalar(type)) {
    if (typeof value === 'number' && !Number.isFinite(value)) return null
    if (type.kind === 'bool') return value === true ? build.TRUE : build.FALSE
    return build.constant(value as ConstValue, type)
  }
  switch (type.kind) {
    case 'list':
    case 'set': {
      const elements = [...(value as Iterable<unknown>)].map((one) => lift(helpers.numberOf(one as number), type.element))
      return elements.includes(null) ? null : build.collect(elements as readonly Expr[], type)
    }
    case 'map': {
      const entries = [...(value as ReadonlyMap<string, unknown>)].map(([key, one]) => ({ key, value: lift(one, type.value) }))
      if (entries.some((entry) => entry.value === null)) return null
      return build.collectMap(entries as readonly { readonly key: string; readonly value: Expr }[], type)
    }
    default:
      return null
  }
}
