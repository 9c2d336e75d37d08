import type { Chain, Expr, Operand } from '../../ir/index.ts'
import { js } from '../code.ts'
import { HEAVY } from '../function-scope.ts'
import { surelyShared } from './emit-shared.ts'
import type { Emitter, OnError } from './emitter.ts'
import { splitChain } from './split-chain.ts'
import { at, chainTerm, LEVEL, markTerm, type Term, term } from './term.ts'

/**
 * CEL's `&&` and `||` as JavaScript's. Where nothing can err they are the same. Else each operand that errs is passed over as if
 * it settled nothing, and remembered:
 *
 *     a && (b ?? (erred = true)) && c && (erred ? undefined : true)
 *
 * An operand whose guard erred is passed over without being evaluated: `(guardErred || d)`. Where an error is as good as
 * what stops the chain anyway (`false` in `&&`), or only the last operand may err, nothing needs remembering.
 */
export function emitChain(expression: Chain, onError: OnError, emitter: Emitter): Term {
  if (expression.weight > HEAVY) {
    const groups = splitChain(expression)
    // What other functions keep, this one does not have.
    if (groups !== null) return emitOperands(groups, onError, { ...emitter, test: emitter.testApart }, () => {})
  }
  const { scope } = emitter
  if (!scope.keeps) return emitOperands(expression, onError, emitter, () => {})
  return scope.maybe(() => emitOperands(expression, onError, emitter, (operand) => scope.keepValues(surelyShared(operand))))
}

/** `ran` hears of what was worked out before all operands that are emitted after it. */
function emitOperands(expression: Chain, onError: OnError, emitter: Emitter, ran: (operand: Expr) => void): Term {
  const { operator, operands } = expression
  const stops = operator === '&&' ? 'false' : 'true'
  // An error in the last operand, the others having settled nothing, is what comes out.
  const onlyLastFails = operands.slice(0, -1).every((operand) => !operand.expression.fails)
  if (!expression.fails || onError === stops || onlyLastFails)
    return chainTerm(
      operator,
      operands.map((operand) => {
        const code = placed(operand, emitter.test(operand.expression, onError))
        ran(operand.expression)
        return code
      }),
    )
  return emitFailing(expression, onError, emitter, ran)
}

function emitFailing({ operator, operands }: Chain, onError: OnError, emitter: Emitter, ran: (operand: Expr) => void): Term {
  const and = operator === '&&'
  /** Code that sets a flag and lets the chain go on. */
  const pass = (...flags: readonly Term['code'][]) => {
    const setting = flags.reduceRight((value, flag) => js`${flag} = ${value}`, js`true`)
    return and ? js`(${setting})` : js`!(${setting})`
  }
  const erred = onError === 'undefined' ? emitter.scope.flag() : null
  const flags = guardFlags(operands, emitter)
  const terms = operands.map((operand, position) => {
    const { expression, guards } = operand
    const own = flags.get(position)
    const remembered = [...(erred === null ? [] : [erred]), ...(own === undefined ? [] : [own])]
    const body = placed(
      operand,
      expression.fails && remembered.length > 0
        ? term(js`${at(LEVEL.equality, emitter.test(expression, 'undefined'))} ?? ${pass(...remembered)}`, LEVEL.loose)
        : emitter.test(expression, onError),
    )
    const skipped = guards.flatMap((guard) => flags.get(guard) ?? [])
    if (skipped.length === 0) {
      ran(expression)
      return body
    }
    const any = chainTerm(
      '||',
      skipped.map((flag) => term(flag, LEVEL.atom)),
    )
    if (own !== undefined) return term(js`${any.code} ? ${pass(own)} : ${at(LEVEL.loose, body)}`, LEVEL.loose)
    return and ? chainTerm('||', [any, body]) : chainTerm('&&', [term(js`!${at(LEVEL.unary, any)}`, LEVEL.unary), body])
  })
  if (erred !== null) terms.push(term(js`${erred} ? undefined : ${and ? js`true` : js`false`}`, LEVEL.loose))
  return chainTerm(operator, terms)
}

/** The clauses of a rule are found again by a stack trace. */
function placed({ place }: Operand, code: Term): Term {
  return place === undefined ? code : markTerm(place, code)
}

/** A flag for each guard that may err, or be passed over because its own guards do. */
function guardFlags(operands: readonly Operand[], emitter: Emitter): ReadonlyMap<number, Term['code']> {
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  const flags = new Map<number, Term['code']>()
  for (const [position, { expression, guards }] of operands.entries()) {
    if (guarding.has(position) && (expression.fails || guards.some((guard) => flags.has(guard))))
      flags.set(position, emitter.scope.flag())
  }
  return flags
}
