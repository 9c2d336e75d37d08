/** A value of any type: read, written out, or worked out. */

import { fitsType, joinTypes } from '../../../../language/checker/types/type.ts'
import type { Type } from '../../../../language/index.ts'
import { arithmetic, nearTheEnd } from './arithmetic.ts'
import { call, candidatesOf } from './calls.ts'
import { collection } from './collections.ts'
import type { Environment } from './environment.ts'
import { hasLiteral, literal } from './literals.ts'
import type { How, Maker } from './maker.ts'
import { optionalOf } from './optionals.ts'
import { type Read, readable } from './readable.ts'
import { LEVEL, primary, type Written, within, written } from './written.ts'

export function value(type: Type, make: Maker, at: Environment, depth: number, how: How): Written {
  const { random } = make
  const reads = readsOf(type, at)
  const { expected = false, open = false } = how
  const isWritable = hasLiteral(type)
  if (!isWritable && reads.length === 0) throw new Error(`nothing has the type ${type.kind}`)
  const read = (): Written => {
    const found = random.pick(reads)
    return primary(found.text, found.type)
  }
  const constant = () => literal(type, random, expected)
  const leaf = (): Written => {
    if (!isWritable) return read()
    return reads.length > 0 && (open || random.chance(0.45)) ? read() : constant()
  }
  if (depth <= 0) return leaf()
  return random.way<Written>([
    [reads.length > 0 ? (open ? 7 : 3) : 0, read],
    [isWritable ? (open && reads.length > 0 ? 0.4 : 2) : 0, constant],
    [1, () => choice(type, make, at, depth, how)],
    [isWritable ? 1 : 0.3, () => orValue(type, make, at, depth, how) ?? leaf()],
    [isWritable ? 2 : 0, () => worked(type, make, at, depth, how) ?? leaf()],
    [1, () => defCall(type, make, at, depth) ?? leaf()],
  ])
}

/** What can be read of a type. A record is read, as nothing else gives one. */
export function readsOf(type: Type, at: Environment): readonly Read[] {
  const { ofKind } = readable(at)
  const reads = ofKind.get(type.kind) ?? []
  const all = type.kind === 'string' ? [...reads, ...(ofKind.get('literals') ?? [])] : reads
  return all.filter((read) => fitsType(read.type, type))
}

export function canMake(type: Type, at: Environment): boolean {
  return hasLiteral(type) || readsOf(type, at).length > 0
}

/** By an operator or a built-in. */
function worked(type: Type, make: Maker, at: Environment, depth: number, how: How): Written | null {
  const { random } = make
  const called = () => {
    const candidates = candidatesOf(type.kind).filter(
      ({ signature: { result } }) => result.kind !== 'type' || fitsType(result.type, type),
    )
    const fitting = type.kind === 'list' && type.element.kind !== 'string' ? [] : candidates
    return fitting.length === 0 ? null : call(random.pick(fitting), make, at, depth)
  }
  switch (type.kind) {
    case 'bool':
      return make.condition(at, depth - 1)
    case 'list':
    case 'set':
      return random.chance(0.15) ? called() : collection(type, make, at, depth, how)
    case 'int':
    case 'double':
    case 'string':
    case 'timestamp':
    case 'duration':
      return random.chance(0.5) ? called() : arithmetic(type, make, at, depth, how)
    case 'ip':
    case 'cidr':
      return called()
    case 'optional':
      return optionalOf(type.value, make, at, depth)
    default:
      return null
  }
}

function choice(type: Type, make: Maker, at: Environment, depth: number, how: How): Written {
  const test = make.condition(at, depth - 1)
  const then = make.value(type, test.whenTrue, depth - 1, how)
  const otherwise = make.value(type, test.whenFalse, depth - 1, how)
  const text = `${within(test, LEVEL.or)} ? ${within(then, LEVEL.or)} : ${within(otherwise, LEVEL.conditional)}`
  return written(text, LEVEL.conditional, joinTypes(then.type, otherwise.type) as Type)
}

function orValue(type: Type, make: Maker, at: Environment, depth: number, how: How): Written | null {
  if (type.kind === 'optional') return null
  const operand = optionalOf(type, make, at, depth - 1)
  if (operand === null) return null
  const fallback = make.value(type, at, depth - 1, { ...how, expected: true })
  const joined = joinTypes((operand.type as { value: Type }).value, fallback.type) as Type
  return primary(`${within(operand, LEVEL.primary)}.orValue(${fallback.text})`, joined)
}

/** Within a loop none that may hold another. */
export function defCall(type: Type, make: Maker, at: Environment, depth: number): Written | null {
  const fitting = at.defs.filter(
    (def) =>
      fitsType(def.result, type) &&
      (at.mayErr || !def.mayErr) &&
      (at.readsRequest || !def.readsRequest) &&
      (at.loops === 0 || !def.loops) &&
      def.params.every((param) => canMake(param, at)),
  )
  if (fitting.length === 0) return null
  const { name, params, result } = make.random.pick(fitting)
  // An argument that errs makes the call err, whether it is read or not.
  const given = params.map((param) =>
    param.kind === 'int' && at.mayErr && make.random.chance(0.3)
      ? nearTheEnd(make, at, depth)
      : make.value(param, at, depth - 1, { expected: true, open: true }),
  )
  return primary(`${name}(${given.map(({ text }) => text).join(', ')})`, result)
}
