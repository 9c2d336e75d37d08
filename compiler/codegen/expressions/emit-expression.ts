/** IR expressions → JavaScript expressions. This file dispatches by kind to the other files of the folder. */

import { type Expr, freeVariables, type Not, type Shared } from '../../ir/index.ts'
import { unreachable } from '../../ir/kinds.ts'
import { type Code, js } from '../code.ts'
import { type FunctionScope, HEAVY } from '../function-scope.ts'
import { property } from '../property.ts'
import { emitCall, emitOrValue } from './emit-call.ts'
import { emitChain } from './emit-chain.ts'
import { emitConditional } from './emit-conditional.ts'
import { emitConst } from './emit-const.ts'
import { emitQuantifier, emitSelect } from './emit-loop.ts'
import { emitIn } from './emit-membership.ts'
import { emitArithmetic, emitCollect, emitCollectMap, emitCompare, emitConcat, emitEqual, emitNegate } from './emit-operation.ts'
import { emitBelow, emitEntry, emitPosition } from './emit-position.ts'
import {
  emitData,
  emitField,
  emitHeader,
  emitMapRead,
  emitOptional,
  emitParam,
  emitPresent,
  emitRequestField,
  emitRequirement,
} from './emit-read.ts'
import { emitShared } from './emit-shared.ts'
import { emitOptionally, emitStrict, errorOf } from './emit-strict.ts'
import { emitTime } from './emit-time.ts'
import { emitLet, emitOptMap } from './emit-variable.ts'
import type { Emitter, OnError } from './emitter.ts'
import { at, atom, LEVEL, type Term, term } from './term.ts'
import { keepsMoment } from './worked-out.ts'

/**
 * Emits a bool expression within a function. A long expression is not moved into a function of its own as a whole, but its parts
 * may be.
 *
 * @param onError the value of the code if the expression errs
 */
export function emitTest(expression: Expr, onError: OnError, scope: FunctionScope): Term {
  return createEmitter(scope).test(expression, onError)
}

/** Emits an expression of any type within a function. The value after an error is NaN for an int, else `undefined`. */
export function emitValue(expression: Expr, scope: FunctionScope): Term {
  return createEmitter(scope).value(expression)
}

/** Emits an expression of any type within a function. The value after an error is `undefined`, also for an int. */
export function emitResult(expression: Expr, scope: FunctionScope): Term {
  return emitOptionally(expression, createEmitter(scope))
}

/** Emits the initial value of the constant that holds the value of a shared expression within a function. */
export function emitKept(expression: Shared, scope: FunctionScope): Code {
  const emitter = createEmitter(scope)
  return (keepsMoment(expression, scope) ? emitter.time(expression.value) : emitter.value(expression.value)).code
}

/** Converts the content of a scratch place to a value; an error stays one. */
function asValue(moment: Term): Term {
  return atom(js`abi.timeOf(${moment.code})`)
}

function createEmitter(scope: FunctionScope): Emitter {
  const emitter: Emitter = {
    scope,
    value: (expression) =>
      expression.weight > HEAVY
        ? apart(expression, errorOf(expression.type), scope)
        : emit(expression, errorOf(expression.type), emitter),
    time: (expression) => emitTime(expression, emitter),
    test: (expression, onError) =>
      expression.weight > HEAVY ? apart(expression, onError, scope) : emit(expression, onError, emitter),
    testApart: (expression, onError) => apart(expression, onError, scope),
    inside: createEmitter,
  }
  return emitter
}

/** Emits a function of its own for an expression, shared by all its uses. */
function apart(expression: Expr, onError: OnError, scope: FunctionScope): Term {
  const made = scope.module.partOf(expression, scope.keeps ? `${onError} keeping` : onError, () =>
    scope.part('part', freeVariables(expression), [], (inner) => {
      const result = emit(expression, onError, createEmitter(inner)).code
      return [...inner.head(), js`return ${result}`]
    }),
  )
  return atom(scope.call(made))
}

function emit(expression: Expr, onError: OnError, emitter: Emitter): Term {
  const { scope } = emitter
  switch (expression.kind) {
    case 'Const':
      return emitConst(expression, scope.module)
    case 'Absent':
      return atom(js`abi.absent()`)
    case 'Variable':
      return scope.holdsMoment(expression.variable)
        ? asValue(atom(scope.variable(expression.variable)))
        : atom(scope.variable(expression.variable))
    case 'Param':
      return atom(emitParam(expression, scope))
    case 'CallerField':
      return atom(js`${scope.caller()}.${property(expression.name)}`)
    case 'RoleTest':
      return emitRoleTest(expression, true, scope)
    case 'IdentityTest':
      return term(js`${scope.facts()}.identity === ${expression.index}`, LEVEL.equality)
    case 'RequirementTest':
      return emitRequirement(expression, scope)
    case 'RequestField':
      return atom(emitRequestField(expression.name, scope))
    case 'Header':
      return atom(emitHeader(expression.name, scope))
    case 'HeaderTest':
      return term(js`${emitHeader(expression.name, scope)} !== undefined`, LEVEL.equality)
    case 'Mtls':
      return atom(js`${scope.request()}.mtls`)
    case 'Query':
      return atom(js`${scope.request()}.query`)
    case 'Body':
      return atom(js`${scope.request()}.body`)
    case 'Data':
      return atom(emitData(expression.name, scope))
    case 'Field':
      return emitField(expression.object, expression.name, onError, emitter)
    case 'MapRead':
      return emitMapRead(expression.map, expression.key, onError, emitter)
    case 'Position':
      return atom(emitPosition(expression, emitter))
    case 'Entry':
      return atom(emitEntry(expression, emitter))
    case 'Below':
      return emitBelow(expression, emitter)
    case 'ListRead':
      throw new Error('a list read outside of an optional')
    case 'Present':
      return emitPresent(expression, true, onError, emitter)
    case 'Optional':
      return emitOptional(expression, emitter)
    case 'Some':
      return emitOptionally(expression.operand, emitter)
    case 'Chain':
      return emitChain(expression, onError, emitter)
    case 'Not':
      return emitNot(expression, onError, emitter)
    case 'Conditional':
      return emitConditional(expression, onError, emitter)
    case 'Compare':
      return emitCompare(expression, onError, emitter)
    case 'Equal':
      return emitEqual(expression, true, onError, emitter)
    case 'In':
      return emitIn(expression, onError, emitter)
    case 'Arithmetic':
      return emitArithmetic(expression, emitter)
    case 'Negate':
      return emitNegate(expression, emitter)
    case 'Concat':
      return emitConcat(expression, emitter)
    case 'Collect':
      return emitCollect(expression, emitter)
    case 'CollectMap':
      return emitCollectMap(expression, emitter)
    case 'Call':
      return emitCall(expression, onError, emitter)
    case 'OrValue':
      return emitOrValue(expression, onError, emitter)
    case 'Let':
      return emitLet(expression, onError, emitter)
    case 'OptMap':
      return emitOptMap(expression, emitter)
    case 'Quantifier':
      return emitQuantifier(expression, onError, emitter)
    case 'Select':
      return emitSelect(expression, emitter)
    case 'Shared':
      return scope.keeps && keepsMoment(expression, scope)
        ? asValue(emitShared(expression, onError, emitter))
        : emitShared(expression, onError, emitter)
    default:
      return unreachable(expression)
  }
}

function emitRoleTest(
  { word, mask }: { readonly word: number; readonly mask: number },
  wanted: boolean,
  scope: FunctionScope,
): Term {
  return term(js`(${scope.roles(word)} & ${mask}) ${wanted ? js`!==` : js`===`} 0`, LEVEL.equality)
}

/** Negates. The operand's error must count as the opposite of what the result's must. */
function emitNot({ operand }: Not, onError: OnError, emitter: Emitter): Term {
  const turned = emitUnequal(operand, onError, emitter)
  if (turned !== null) return turned
  if (operand.fails && onError === 'undefined') {
    return emitStrict([operand], onError, emitter, (value) => term(js`!${at(LEVEL.unary, value as Term)}`, LEVEL.unary))
  }
  const inner = emitter.test(operand, onError === 'undefined' ? onError : onError === 'true' ? 'false' : 'true')
  return term(js`!${at(LEVEL.unary, inner)}`, LEVEL.unary)
}

/** Emits tests that JavaScript can negate with `!==`; null for others. */
function emitUnequal(operand: Expr, onError: OnError, emitter: Emitter): Term | null {
  const { scope } = emitter
  switch (operand.kind) {
    case 'Equal':
      return emitEqual(operand, false, onError, emitter)
    case 'RoleTest':
      return emitRoleTest(operand, false, scope)
    case 'IdentityTest':
      return term(js`${scope.facts()}.identity !== ${operand.index}`, LEVEL.equality)
    case 'HeaderTest':
      return term(js`${emitHeader(operand.name, scope)} === undefined`, LEVEL.equality)
    case 'Present':
      return emitPresent(operand, false, onError, emitter)
    default:
      return null
  }
}
