/** What is in a collection, and what is true of some or all of it (`spec/language/comprehensions.md`). */
import { type Expr, freeVariables, type In, type Quantifier } from '../../../../compiler/ir/index.ts'
import { binding, bool, evaluated, type Scope, truth } from './scope.ts'
import { type Evaluated, elementOf, equalTerms, restricted, type Shape, shapeOf, sortOf, termOf } from './shapes.ts'
import { and, type Formula, implies, not, or, same, TRUE, text } from './smt.ts'
import { UnsupportedError } from './unsupported-error.ts'

export function membership({ element, collection }: In, scope: Scope): Evaluated {
  const one = evaluated(element, scope)
  if (collection.kind === 'CollectMap') {
    const values = collection.entries.map(({ value }) => evaluated(value, scope).ok)
    return bool(or(...collection.entries.map(({ key }) => same(termOf(one.value), text(key)))), and(one.ok, ...values))
  }
  const all = evaluated(collection, scope)
  return bool(isIn(all.value, termOf(one.value), scope), and(one.ok, all.ok))
}

export function isIn(all: Shape, element: Formula, { facts }: Scope): Formula {
  if (all.kind === 'map') return facts.has(all.keys, element, { kind: 'string' })
  if (all.kind !== 'bag') throw new UnsupportedError(`what is in a ${all.kind}`)
  const type = elementOf(all.type)
  if (all.elements !== null) return or(...all.elements.map((one) => equalTerms(one, element, type)))
  return facts.has(all.term, element, type)
}

export function quantified(expression: Quantifier, scope: Scope): Evaluated {
  const { range, variable, test, quantifier } = expression
  const all = evaluated(range, scope)
  const of = all.value.kind === 'map' ? shapeOf({ kind: 'set', element: { kind: 'string' } }, all.value.keys) : all.value
  if (of.kind !== 'bag') throw new UnsupportedError(`going through a ${of.kind}`)
  const type = elementOf(of.type)
  const inside = (element: Formula) => binding(scope, variable, shapeOf(type, element))
  if (of.elements !== null) {
    const each = of.elements.map((element) => truth(test, inside(element)))
    return bool(...over(quantifier, each, all.ok))
  }
  if (quantifier === 'exists_one') throw new UnsupportedError('exactly one of many')
  const known = elementsEqual(test, variable, scope, quantifier === 'all')
  if (known !== null) {
    const is =
      quantifier === 'exists' ? or(...known.map((one) => isIn(of, one, scope))) : same(of.term, restricted(of.term, known, type))
    return bool(is, all.ok)
  }
  const unlike = test.kind === 'Not' && quantifier === 'all' ? elementsEqual(test.operand, variable, scope, false) : null
  if (unlike !== null) return bool(not(or(...unlike.map((one) => isIn(of, one, scope)))), all.ok)
  return scope.facts.bound((element) => {
    const { yes, no } = truth(test, inside(element))
    const isElement = `(select ${of.term} ${element})`
    const some = (what: Formula) => `(exists ((${element} ${sortOf(type)})) ${and(isElement, what)})`
    const every = (what: Formula) => `(forall ((${element} ${sortOf(type)})) ${implies(isElement, what)})`
    const [is, isNot] = quantifier === 'exists' ? [some(yes), every(no)] : [every(yes), some(no)]
    return bool(is, and(all.ok, or(is, isNot)))
  })
}

/** `exists` and `all` absorb errors; `exists_one` errs where one test does. */
function over(
  quantifier: Quantifier['quantifier'],
  each: readonly { readonly yes: Formula; readonly no: Formula }[],
  isThere: Formula,
): readonly [Formula, Formula] {
  const [yes, no] = [each.map((one) => one.yes), each.map((one) => one.no)]
  if (quantifier === 'exists') return [or(...yes), and(isThere, or(...yes, and(...no)))]
  if (quantifier === 'all') return [and(...yes), and(isThere, or(and(...yes), or(...no)))]
  const one = or(...yes.map((is, at) => and(is, ...no.filter((_, other) => other !== at))))
  return [one, and(isThere, ...each.map((test) => or(test.yes, test.no)))]
}

/** What an element must be equal to: one of these, and nothing can err; null: the test says something else. */
function elementsEqual(test: Expr, variable: Quantifier['variable'], scope: Scope, isAll: boolean): readonly Formula[] | null {
  const isElement = (one: Expr) => one.kind === 'Variable' && one.variable === variable
  const other = (one: Expr) => {
    if (one.fails || mentions(one, variable)) return null
    const { ok, value } = evaluated(one, scope)
    return ok === TRUE ? value : null
  }
  if (test.kind === 'Equal' && (isElement(test.left) || isElement(test.right))) {
    const value = other(isElement(test.left) ? test.right : test.left)
    return value?.kind === 'scalar' && value.type.kind !== 'double' ? [value.term] : null
  }
  if (test.kind === 'In' && isElement(test.element) && test.collection.kind === 'Collect') {
    const value = other(test.collection)
    return value?.kind === 'bag' && elementOf(value.type).kind !== 'double' ? value.elements : null
  }
  if (test.kind === 'Chain' && test.operator === '||' && !isAll) {
    const parts = test.operands.map(({ expression }) => elementsEqual(expression, variable, scope, isAll))
    return parts.includes(null) ? null : parts.flatMap((part) => part ?? [])
  }
  return null
}

function mentions(expression: Expr, variable: Quantifier['variable']): boolean {
  return freeVariables(expression).has(variable)
}
