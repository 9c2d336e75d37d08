import type { Chain, Expr, Operand } from '../../ir/index.ts'
import { js } from '../code.ts'
import { HEAVY } from '../function-scope.ts'
import { surelyShared } from './emit-shared.ts'
import type { Emitter, OnError } from './emitter.ts'
import { splitChain } from './split-chain.ts'
import { at, chainTerm, LEVEL, markTerm, type Term, term } from './term.ts'

/**
 * Emits CEL's `&&` and `||`. If no operand can err, JavaScript's are the same. Otherwise an operand that errs is passed over as
 * if it were neutral, and a flag remembers it:
 *
 * a && (b ?? (erred = true)) && c && (erred ? undefined : true)
 *
 * An operand whose guard erred is passed over without being evaluated: `(guardErred || d)`. No flag is needed if an error counts
 * as the value that stops the chain (`false` in `&&`), or if only the last operand may err.
 */
export function emitChain(expression: Chain, onError: OnError, emitter: Emitter): Term {
  if (expression.weight > HEAVY) {
    const groups = splitChain(expression)
    // Values kept in other functions are not visible here.
    if (groups !== null) return emitOperands(groups, onError, { ...emitter, test: emitter.testApart }, () => {})
  }
  const { scope } = emitter
  if (!scope.keeps) return emitOperands(expression, onError, emitter, () => {})
  return scope.maybe(() => emitOperands(expression, onError, emitter, (operand) => scope.keepValues(surelyShared(operand))))
}

/** `ran` receives what certainly ran before the operands that are emitted later. */
function emitOperands(expression: Chain, onError: OnError, emitter: Emitter, ran: (operand: Expr) => void): Term {
  const { operator, operands } = expression
  const stops = operator === '&&' ? 'false' : 'true'
  // If only the last operand errs and no other stops the chain, its error is the result.
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
  /** Sets flags and lets the chain continue. */
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

/** Marks a rule's clause, so that a stack trace can name it. */
function placed({ place }: Operand, code: Term): Term {
  return place === undefined ? code : markTerm(place, code)
}

/** Declares a flag for each guard that may err, or be passed over because its own guards err. */
function guardFlags(operands: readonly Operand[], emitter: Emitter): ReadonlyMap<number, Term['code']> {
  const guarding = new Set(operands.flatMap(({ guards }) => guards))
  const flags = new Map<number, Term['code']>()
  for (const [position, { expression, guards }] of operands.entries()) {
    if (guarding.has(position) && (expression.fails || guards.some((guard) => flags.has(guard))))
      flags.set(position, emitter.scope.flag())
  }
  return flags
}
