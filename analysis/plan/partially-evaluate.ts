/** Partial evaluation: known parts are computed, the rest stays. */

import * as build from '../../compiler/ir/build.ts'
import { ERROR } from '../../compiler/ir/evaluation/evaluate.ts'
import {
  type Chain,
  children,
  type Expr,
  freeVariables,
  type In,
  type Let,
  mapChildren,
  type Operand,
  type Optional,
  type OptMap,
  type Present,
  type Quantifier,
  type RoleTest,
  scopeOf,
  type VariableName,
} from '../../compiler/ir/index.ts'
import { foldConstants } from '../../compiler/passes/fold-constants.ts'
import { BOOL, STRING } from '../../language/checker/types/type.ts'
import { flattened } from './flattened.ts'
import { isKnown, type Knowledge } from './known-request.ts'
import { knownValue } from './known-value.ts'
import { ERRS, erring, errs, lift } from './lift.ts'
import { splitByKeys } from './split-by-keys.ts'
import { withinNames } from './within-names.ts'

/**
 * Returns an expression with the same value or error for every request that matches the known part. An expression that always
 * errs becomes `ERRS`, or another such expression of its type. Expressions behind a false guard are not visited.
 */
export function partiallyEvaluate(expression: Expr, knowledge: Knowledge): Expr {
  if (expression.kind === 'Const' || errs(expression)) return expression
  if (expression.kind === 'RoleTest') return settleRole(expression, knowledge)
  if (isKnown(expression, knowledge, children)) {
    const value = knownValue(expression, knowledge)
    const lifted = value === ERROR ? erring(expression.type) : lift(value, expression.type)
    if (lifted !== null) return lifted
  }
  switch (expression.kind) {
    case 'Chain':
      return settleChain(expression, knowledge)
    case 'Conditional': {
      const test = partiallyEvaluate(expression.test, knowledge)
      if (errs(test)) return erring(expression.type) ?? expression
      if (test.kind === 'Const') return partiallyEvaluate(test.value === true ? expression.then : expression.otherwise, knowledge)
      return build.conditional(
        test,
        partiallyEvaluate(expression.then, knowledge),
        partiallyEvaluate(expression.otherwise, knowledge),
        expression.type,
      )
    }
    case 'Let':
      return settleLet(expression, knowledge)
    case 'OptMap':
      return settleOptMap(expression, knowledge)
    case 'Quantifier':
      return splitByKeys(expression, knowledge, partiallyEvaluate) ?? settleQuantifier(expression, knowledge)
    case 'In':
      return splitByKeys(expression, knowledge, partiallyEvaluate) ?? settleIn(expression, knowledge)
    case 'Not':
      return folded(expression, knowledge)
    case 'Present':
    case 'Optional':
      return settlePlace(expression, knowledge)
    case 'Call': {
      const among = withinNames(expression, knowledge)
      if (among !== null) return partiallyEvaluate(among, knowledge)
      return splitByKeys(expression, knowledge, partiallyEvaluate) ?? folded(expression, knowledge)
    }
    case 'Equal':
      return splitByKeys(expression, knowledge, partiallyEvaluate) ?? settleEqual(folded(expression, knowledge))
    default:
      return splitByKeys(expression, knowledge, partiallyEvaluate) ?? folded(expression, knowledge)
  }
}

function folded(expression: Expr, knowledge: Knowledge): Expr {
  const inner = mapChildren(expression, (child) => partiallyEvaluate(child, knowledge))
  // An inner error is an outer one, except for absorbed or unevaluated parts, which have their own cases.
  if (inner.kind !== 'OrValue' && inner.kind !== 'Select' && children(inner).some(errs)) return erring(inner.type) ?? inner
  return foldConstants.local?.(inner) ?? inner
}

/** What may be missing stays a read, with evaluated parts. */
function settlePlace(expression: Present | Optional, knowledge: Knowledge): Expr {
  const split = splitByKeys(expression, knowledge, partiallyEvaluate)
  if (split !== null) return split
  const target = mapChildren(expression.target, (child) => partiallyEvaluate(child, knowledge))
  if (children(target).some(errs)) return erring(expression.type) ?? expression
  return expression.kind === 'Present' ? build.present(target) : build.optional(target)
}

function settleRole({ word, mask }: RoleTest, knowledge: Knowledge): Expr {
  const roles = (knowledge.identity?.roles ?? []).filter((role) => role.word === word && (mask & (1 << role.bit)) !== 0)
  const tests = roles.map(({ test }) => partiallyEvaluate(test, { ...knowledge, variables: new Map() }))
  return foldConstants.local?.(build.or(...tests)) ?? build.FALSE
}

/** In order: a deciding operand ends the chain, as later ones may be unreadable then. */
function settleChain({ operator, operands }: Chain, knowledge: Knowledge): Expr {
  const settles = operator === '||'
  const after: Operand[] = []
  /** The new positions of each old operand; for a dropped one, its guards. */
  const positions: (readonly number[])[] = []
  for (const { expression, guards, place } of operands) {
    const now = [...new Set(guards.flatMap((guard) => positions[guard] ?? []))].sort((a, b) => a - b)
    const guarding = now.map((guard) => (after[guard] as Operand).expression)
    // Behind a false guard nothing is read: the chain is decided, or that is an error.
    if (guarding.some((guard) => guard.kind === 'Const' && guard.value === settles)) {
      positions.push(now)
      continue
    }
    const settled = guarding.some(errs) ? ERRS : partiallyEvaluate(expression, knowledge)
    if (settled.kind === 'Const' && settled.value === settles && !now.some((guard) => mayErr(after, guard))) return settled
    if (settled.kind === 'Const' && settled.value !== settles) {
      positions.push(now)
      continue
    }
    positions.push([after.length])
    after.push({ expression: settled, guards: now, ...(place !== undefined && { place }) })
  }
  return flattened(operator, after)
}

function mayErr(operands: readonly Operand[], at: number): boolean {
  const { expression, guards } = operands[at] as Operand
  return expression.fails || guards.some((guard) => mayErr(operands, guard))
}

function settleLet(expression: Let, knowledge: Knowledge): Expr {
  const { variable, value, body } = expression
  if (isKnown(value, knowledge, children)) {
    const known = knownValue(value, knowledge)
    if (known === ERROR) return erring(body.type) ?? expression
    const inner = partiallyEvaluate(body, seeing(knowledge, variable, known))
    // Some values have no expression.
    return freeVariables(inner).has(variable) ? build.bind(variable, value, inner) : inner
  }
  const settled = partiallyEvaluate(value, knowledge)
  if (errs(settled)) return erring(body.type) ?? expression
  return settled.fails
    ? build.bind(variable, settled, partiallyEvaluate(body, knowledge))
    : partiallyEvaluate(substitute(variable, settled, body), knowledge)
}

function settleOptMap(expression: OptMap, knowledge: Knowledge): Expr {
  const { range, variable, body, type } = expression
  const wrapped = (inner: Expr) => (body.type.kind === 'optional' ? inner : build.some(inner))
  if (isKnown(range, knowledge, children)) {
    const known = knownValue(range, knowledge)
    if (known === ERROR) return erring(type) ?? expression
    if (known === null) return build.none(type)
    const inner = partiallyEvaluate(body, seeing(knowledge, variable, known))
    return freeVariables(inner).has(variable) ? build.optMap(range, variable, inner) : wrapped(inner)
  }
  const settled = partiallyEvaluate(range, knowledge)
  if (errs(settled)) return erring(type) ?? expression
  if (settled.kind === 'Const') return build.none(type)
  if (settled.kind === 'Some' && !settled.fails)
    return wrapped(partiallyEvaluate(substitute(variable, settled.operand, body), knowledge))
  return build.optMap(settled, variable, partiallyEvaluate(body, knowledge))
}

/** Known elements are tested one by one. */
function settleQuantifier(expression: Quantifier, knowledge: Knowledge): Expr {
  const { quantifier, range, variable, test } = expression
  const ofAll = (tests: readonly Expr[]) => {
    const chain = build.chain(
      quantifier === 'exists' ? '||' : '&&',
      tests.map((one) => ({ expression: one, guards: [] })),
    )
    return chain.kind === 'Chain' ? settleChain(chain, knowledge) : chain
  }
  if (quantifier !== 'exists_one' && isKnown(range, knowledge, children)) {
    const values = knownValue(range, knowledge)
    if (values === ERROR) return ERRS
    const elements = values instanceof Map ? [...values.keys()] : [...(values as Iterable<unknown>)]
    const tests = elements.map((element) => partiallyEvaluate(test, seeing(knowledge, variable, element)))
    if (!elements.some((one) => typeof one === 'symbol') && !tests.some((one) => freeVariables(one).has(variable)))
      return ofAll(tests)
  }
  const settled = partiallyEvaluate(range, knowledge)
  if (errs(settled)) return ERRS
  if (quantifier !== 'exists_one' && settled.kind === 'Collect' && !settled.fails && settled.type.kind === 'list')
    return ofAll(settled.elements.map((element) => partiallyEvaluate(substitute(variable, element, test), knowledge)))
  return build.quantifier(quantifier, settled, variable, partiallyEvaluate(test, knowledge))
}

/** Turns an equality with a known optional into a test of the other's value. */
function settleEqual(expression: Expr): Expr {
  if (expression.kind !== 'Equal' || expression.left.type.kind !== 'optional') return expression
  const { left, right } = expression
  const [known, other] = isThere(left) ? [left, right] : [right, left]
  if (known.kind === 'Const') return build.not(build.call('optional.hasValue', [other], BOOL))
  if (known.kind !== 'Some' || known.fails) return expression
  if (other.kind === 'Const') return build.FALSE
  if (other.kind === 'Some') return build.equal(other.operand, known.operand)
  const variable: VariableName = 'value@plan'
  const value = build.variable(variable, known.operand.type, 'request')
  return build.orValue(build.optMap(other, variable, build.equal(value, known.operand)), build.FALSE, BOOL)
}

function isThere({ kind }: Expr): boolean {
  return kind === 'Some' || kind === 'Const'
}

/** A known map's keys form a list. */
function settleIn(expression: In, knowledge: Knowledge): Expr {
  const { element, collection } = expression
  if (collection.type.kind === 'map' && isKnown(collection, knowledge, children)) {
    const map = knownValue(collection, knowledge)
    if (map instanceof Map) {
      const keys = [...map.keys()].map((key) => build.constant(key, STRING))
      return folded(build.within(element, build.collect(keys, { kind: 'list', element: STRING })), knowledge)
    }
  }
  return folded(expression, knowledge)
}

function seeing(knowledge: Knowledge, variable: Quantifier['variable'], value: unknown): Knowledge {
  return { ...knowledge, variables: new Map(knowledge.variables).set(variable, value) }
}

/**
 * Returns an expression in which a variable is replaced by a value. The expression must not bind a variable that the value reads.
 */
export function substitute(variable: VariableName, value: Expr, body: Expr): Expr {
  if (!freeVariables(body).has(variable)) return body
  if (body.kind === 'Variable') return value
  const own = scopeOf(body)
  return mapChildren(body, (child) =>
    own?.variable === variable && own.sees.includes(child) ? child : substitute(variable, value, child),
  )
}
