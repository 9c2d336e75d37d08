/** Shared values: computed at first use and kept in a variable. */

import type { Expr, Shared } from '../../ir/index.ts'
import { js } from '../code.ts'
import { HEAVY } from '../function-scope.ts'
import { emitSettled } from './emit-strict.ts'
import type { Emitter, OnError } from './emitter.ts'
import { LEVEL, type Term, term } from './term.ts'
import { keepsMoment } from './worked-out.ts'

/**
 * Emits the use of a value that a program needs several times. The code is the variable alone if it certainly holds the value, `x
 * = …` if it certainly does not, else `x ??= …`. An `undefined` error is computed again, with the same result.
 */
export function emitShared(expression: Shared, onError: OnError, emitter: Emitter): Term {
  const { scope } = emitter
  const isBool = expression.type.kind === 'bool'
  if (!scope.keeps) return isBool ? emitter.test(expression.value, onError) : emitter.value(expression.value)
  const { local, state } = scope.kept(expression)
  if (state === 'settled') return settled({ ...term(local, LEVEL.atom), again: local })
  const value = (keepsMoment(expression, scope) ? emitter.time(expression.value) : emitter.value(expression.value)).code
  const set = state === 'new' ? js`${local} = ${value}` : js`${local} ??= ${value}`
  return settled({ ...term(set, LEVEL.loose), again: local })

  function settled(value: Term): Term {
    return isBool ? emitSettled(value, expression.fails, onError) : value
  }
}

const NONE: readonly Shared[] = []
const sure = new WeakMap<Expr, readonly Shared[]>()

/** Returns the shared expressions that are certainly evaluated whenever an expression is, each after those that it uses. */
export function surelyShared(expression: Expr): readonly Shared[] {
  const known = sure.get(expression)
  if (known !== undefined) return known
  const found = expression.weight > HEAVY ? NONE : find(expression)
  sure.set(expression, found)
  return found
}

function find(expression: Expr): readonly Shared[] {
  switch (expression.kind) {
    case 'Shared':
      return [...surelyShared(expression.value), expression]
    case 'Chain':
      return surelyShared((expression.operands[0] as { readonly expression: Expr }).expression)
    case 'Conditional':
      return surelyShared(expression.test)
    case 'Not':
    case 'Negate':
    case 'Some':
    case 'OrValue':
      return surelyShared(expression.operand)
    case 'Present':
    case 'Optional':
      return inOrder([expression.target])
    case 'Field':
      return inOrder([expression.object])
    case 'Let':
      return surelyShared(expression.value)
    case 'OptMap':
    case 'Quantifier':
    case 'Select':
      return surelyShared(expression.range)
    case 'MapRead':
      return inOrder([expression.map, expression.key])
    case 'Position':
      return surelyShared(expression.text)
    case 'Entry':
      return inOrder([expression.map, expression.at])
    case 'Below':
      return inOrder([expression.at, expression.above])
    case 'ListRead':
      return inOrder([expression.list, expression.index])
    case 'Compare':
    case 'Equal':
    case 'Concat':
      return inOrder([expression.left, expression.right])
    case 'Call':
      return inOrder(expression.operands)
    default:
      return NONE
  }
}

/** All operands are evaluated; but those that may err come first, and the rest is skipped after an error. */
function inOrder(parts: readonly Expr[]): readonly Shared[] {
  const failing = parts.find(({ fails }) => fails)
  if (failing !== undefined) return surelyShared(failing)
  const found = parts.map(surelyShared).filter((one) => one.length > 0)
  return found.length > 1 ? [...new Set(found.flat())] : (found[0] ?? NONE)
}
