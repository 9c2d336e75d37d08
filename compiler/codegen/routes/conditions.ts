/** The conditions of a step as terms of an `&&`. None: always true. */
import type { Type } from '../../../language/checker/types/type.ts'
import { isHeaderValue } from '../../../runtime/abi/index.ts'
import type { DecisionStep, Expr } from '../../ir/index.ts'
import { rulePlace } from '../../places.ts'
import { type Code, comment, indent, joinCode, js, mark } from '../code.ts'
import { emitKept, emitTest, emitValue } from '../expressions/emit-expression.ts'
import { surelyShared } from '../expressions/emit-shared.ts'
import { checkOf } from '../expressions/emit-strict.ts'
import type { OnError } from '../expressions/emitter.ts'
import { at, atom, chainTerm, LEVEL, type Term, term } from '../expressions/term.ts'
import type { FunctionScope } from '../function-scope.ts'
import { emitRequirement } from './emit-rule.ts'

/** Kind of caller for which code is emitted. An anonymous caller meets no authentication requirement. */
export type CallerKind = 'anonymous' | 'authenticated'

/**
 * Emits terms that are all true if a forbid applies: its condition is true, or errs.
 *
 * @param first whether no expression is evaluated in the forbid's line before its condition
 */
export function standing(step: DecisionStep, asker: CallerKind, scope: FunctionScope, first = true): readonly Term[] {
  return [...testing(step, 'true', first, scope), ...unmet(step, asker, scope)]
}

/** Emits terms that are all true if a rule may still apply once the body is known. */
export function open(step: DecisionStep, asker: CallerKind, scope: FunctionScope): readonly Term[] {
  if (step.open === null) throw new Error(`${step.rule} does not wait for the body`)
  return [...tested(step.open, 'true', scope), ...(step.effect === 'forbid' ? unmet(step, asker, scope) : [])]
}

/**
 * Emits terms that are all true if a permit's condition holds and its obligations can be computed. Ignores its authentication
 * requirements.
 */
export function holding(step: DecisionStep, scope: FunctionScope, first = true): readonly Term[] {
  const test = testing(step, 'false', first, scope)
  const values = [...(step.limit?.by?.fails ? [checkOf(emitValue(step.limit.by, scope).code, step.limit.by.type).isValue] : [])]
  for (const { value } of step.headers) {
    if (value.kind === 'Const' && isHeaderValue(value.value as string)) continue
    values.push(atom(js`abi.isHeaderValue(${emitValue(value, scope).code})`))
  }
  return [...test, ...values]
}

/** Emits terms that are all true if the caller meets all authentication requirements of a permit. */
export function met(step: DecisionStep, scope: FunctionScope): readonly Term[] {
  return step.requires.map((one) => atom(js`abi.meets(${emitRequirement(one, scope.module)}, facts, request)`))
}

function unmet(step: DecisionStep, asker: CallerKind, scope: FunctionScope): readonly Term[] {
  if (asker === 'anonymous') return []
  return met(step, scope).map(({ code }) => term(js`!${code}`, LEVEL.unary))
}

/** Names the shared values that the line certainly needs, before it. */
function testing(step: DecisionStep, onError: OnError, first: boolean, scope: FunctionScope): readonly Term[] {
  const { rule, test } = step
  const needed = first && scope.keeps ? surelyShared(test) : []
  for (const one of needed) scope.makeConstant(one, () => mark(rulePlace(rule), emitKept(one, scope)))
  const terms = tested(test, onError, scope)
  scope.keepValues(needed)
  return terms
}

function tested(test: Expr, onError: OnError, scope: FunctionScope): readonly Term[] {
  return test.kind === 'Const' && test.value === true ? [] : [emitTest(test, onError, scope)]
}

/** Emits the key of a rate limit as text. The code gives `undefined` if the key errs. */
export function emitKey(by: Expr | null, scope: FunctionScope): Code {
  if (by === null) return js`null`
  const value = emitValue(by, scope)
  const text = textOf(by.type, value)
  if (!by.fails || text === value) return text.code
  const name = scope.temporary()
  const { isError } = checkOf(js`${name} = ${value.code}`, by.type)
  return js`${isError.code} ? undefined : ${textOf(by.type, atom(name)).code}`
}

/** Converts like the language's `string(…)`. */
function textOf(type: Type, value: Term): Term {
  switch (type.kind) {
    case 'string':
    case 'literals':
    case 'ip':
    case 'cidr':
      return value
    case 'timestamp':
      return atom(js`abi.formatTimestamp(${value.code})`)
    case 'duration':
      return atom(js`abi.formatDuration(${value.code})`)
    case 'double':
      return atom(js`abi.textOfDouble(${value.code})`)
    case 'bool':
    case 'int':
      return term(js`'' + ${at(LEVEL.atom, value)}`, LEVEL.sum)
    default:
      throw new Error(`the key of a limit is a ${type.kind}`)
  }
}

/** Emits `if (…) result` with the terms joined by `&&`, or only the result if there are no terms. */
export function emitIf(terms: readonly Term[], result: Code): Code {
  return terms.length === 0 ? result : js`if (${layOut(chainTerm('&&', terms))}) ${result}`
}

export function emitBlock(...lines: readonly Code[]): Code {
  return js`{
${indent(joinCode(lines, '\n'))}
}`
}

/** Adds a comment with the rule's name to the code of the rule. */
export function titled({ effect, rule, shadow }: DecisionStep, code: Code): Code {
  return mark(rulePlace(rule), joinCode([comment(`${shadow ? 'shadow ' : ''}${effect} ${rule}`), code], '\n'))
}

/** Lays out a long chain with one operand per line. */
function layOut(test: Term): Code {
  const code = at(LEVEL.loose, test)
  if (test.chain === undefined || code.length < 100) return code
  const { operator, operands } = test.chain
  const sign = operator === '&&' ? js`&&` : js`||`
  const lines = operands.map((operand, position) => (position === operands.length - 1 ? operand : js`${operand} ${sign}`))
  return js`
${indent(joinCode(lines, '\n'))}
`
}
