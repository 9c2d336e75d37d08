/** The values of scalars, and the paths of wholes. */

import * as build from '../../compiler/ir/build.ts'
import { callFails } from '../../compiler/ir/evaluation/call-fails.ts'
import { evaluateCall } from '../../compiler/ir/evaluation/evaluate-call.ts'
import { children, type Expr, type Field, freeVariables, type MapRead } from '../../compiler/ir/index.ts'
import { typeKey } from '../../compiler/ir/numbering.ts'
import { printExpression } from '../../compiler/ir/print-expression.ts'
import { foldConstants } from '../../compiler/passes/fold-constants.ts'
import { isScalar, type Type } from '../../language/checker/types/type.ts'
import { FALSE, TRUE } from '../bdd/bdd.ts'
import { TooManyTextsError } from './classes/texts/text-classes.ts'
import { binding, type Case, type Context, type VariableMeaning, written } from './context.ts'
import type { AccessPath, PathStep, RootedPath, TermTest, Value } from './symbolic-domain.ts'

export function casesOf(expression: Expr, context: Context): readonly Case[] {
  switch (expression.kind) {
    case 'Const':
      return [{ when: TRUE, value: { kind: 'constant', value: expression.value, type: expression.type } }]
    case 'Variable': {
      const bound = context.variables.get(expression.variable)
      if (bound === undefined) return [{ when: TRUE, value: computed(expression, context) }]
      if ('value' in bound) return [{ when: TRUE, value: bound.value }]
      return 'found' in bound
        ? [{ when: TRUE, value: { kind: 'term', ...bound.found } }]
        : casesOf(bound.expression, bound.context)
    }
    case 'Shared':
      return casesOf(expression.value, context)
    case 'Conditional': {
      const test = context.readers.meaning(expression.test, context)
      return joined([
        ...narrowed(casesOf(expression.then, context), test.yes, context),
        ...narrowed(casesOf(expression.otherwise, context), test.no, context),
      ])
    }
    case 'OrValue':
      return joined(
        context.readers
          .optional(expression.operand, context)
          .flatMap(({ when, value }) =>
            value === null ? narrowed(casesOf(expression.fallback, context), when, context) : [{ when, value: value as Value }],
          ),
      )
    case 'Let':
      return joined(
        bindings(expression.value, context).flatMap(({ when, value }) =>
          narrowed(casesOf(expression.body, binding(context, expression.variable, value)), when, context),
        ),
      )
    case 'Call':
      return callCases(expression, context)
    case 'Arithmetic':
    case 'Concat':
      return workedOut(
        expression,
        [expression.left, expression.right],
        context,
        folding(([left, right]) => ({ ...expression, left: left as Expr, right: right as Expr })),
      )
    case 'Negate':
      return workedOut(
        expression,
        [expression.operand],
        context,
        folding(([operand]) => ({ ...expression, operand: operand as Expr })),
      )
    default:
      if (expression.type.kind === 'bool' && !READ.has(expression.kind)) return truths(expression, context)
      return accessPathsOf(expression, context).map(({ when, value }) => ({ when, value: { kind: 'term', ...value } }))
  }
}

/** The kinds of expressions that are reads. */
const READ: ReadonlySet<Expr['kind']> = new Set(['Param', 'CallerField', 'RequestField', 'Header', 'Field', 'MapRead'])

function truths(expression: Expr, context: Context): readonly Case[] {
  const { yes, no } = context.readers.meaning(expression, context)
  const value = (is: boolean): Value => ({ kind: 'constant', value: is, type: expression.type })
  return joined([
    { when: yes, value: value(true) },
    { when: no, value: value(false) },
  ])
}

/** Evaluates a built-in on scalars: folded on constants, else a term. */
function callCases(expression: Extract<Expr, { kind: 'Call' }>, context: Context): readonly Case[] {
  const { id, operands } = expression
  if (SIZES.has(id)) return sizeCases(expression, operands[0] as Expr, context)
  return workedOut(expression, operands, context, (values) => {
    const constants = values.map((value) => (value.kind === 'constant' ? value.value : undefined))
    if (constants.includes(undefined)) return null
    const value = evaluateCall(id, constants)
    return value === undefined ? 'fails' : { kind: 'constant', value, type: expression.type }
  })
}

const SIZES: ReadonlySet<string> = new Set(['list.size', 'size(list)', 'set.size', 'size(set)', 'map.size', 'size(map)'])

/** Of a size, only whether it is 0 is modeled, which it is exactly for an empty collection. */
function sizeCases(expression: Expr, of: Expr, context: Context): readonly Case[] {
  const { world } = context
  return accessPathsOf(of, context).map(({ when, value }) => {
    const from = written(expression, context)
    const size: Value = { kind: 'term', key: `size of ${value.key}`, type: expression.type, place: null, from, sizeOf: value }
    // Registers the size and the elements as atoms.
    world.test(size, ANY_SIZE)
    world.hasOthers(value, [])
    return { when, value: size }
  })
}

export const ANY_SIZE: TermTest = { kind: 'less', value: 1 }

/** Constants fold to a constant; an error on them stays unfolded. */
function folding(withOperands: (constants: readonly Expr[]) => Expr): Fold {
  return (values) => {
    const constants = values.flatMap((one) => (one.kind === 'constant' ? [build.constant(one.value, one.type)] : []))
    if (constants.length < values.length) return null
    const folded = foldConstants.local?.(withOperands(constants))
    return folded?.kind === 'Const' ? { kind: 'constant', value: folded.value, type: folded.type } : null
  }
}

type Fold = (values: readonly Value[]) => Value | 'fails' | null

/** Combines the cases of operands. Whether the operation itself fails is opaque, if it may. */
function workedOut(expression: Expr, operands: readonly Expr[], context: Context, fold: Fold | null): readonly Case[] {
  const { world } = context
  if (operands.some(({ type }) => !isScalar(type))) return opaqueCases(expression, context)
  return merged(
    combinations(operands, context).flatMap(({ when, value: values }): readonly Case[] => {
      const folded = fold?.(values) ?? null
      if (folded === 'fails') return []
      if (folded !== null) return [{ when, value: folded }]
      const key = `(${nameOf(expression)} ${values.map(valueKey).join(' ')})`
      const term: Value = { kind: 'term', key, type: expression.type, place: null, from: written(expression, context) }
      if (!failsItself(expression)) return [{ when, value: term }]
      const divisor = divisorOf(expression, values)
      if (divisor !== null) return narrowed<Value>([{ when, value: term }], world.diagram.not(isZero(divisor, context)), context)
      const succeeds = world.opaque({ key: `${key} does not err`, ...written(expression, context) })
      return [{ when: world.diagram.and(when, succeeds), value: term }]
    }),
    context,
  )
}

/**
 * Merges cases of one value, so that sums of many conditions have only as many cases as values.
 * @throws `TooManyTextsError`
 */
function merged(cases: readonly Case[], { world: { diagram } }: Context): readonly Case[] {
  const found = new Map<string, { value: Value; whens: Case['when'][] }>()
  for (const { when, value } of cases) {
    const known = found.get(valueKey(value))
    if (known === undefined) found.set(valueKey(value), { value, whens: [when] })
    else known.whens.push(when)
  }
  if (found.size > MOST_CASES) throw new TooManyTextsError(`a value is one of more than ${MOST_CASES}: simplify the conditions`)
  return [...found.values()].map(({ value, whens }) => ({ value, when: diagram.any(whens) }))
}

const MOST_CASES = 1_000

/** An int quotient errs exactly if its divisor is 0. */
function divisorOf(expression: Expr, [, right]: readonly Value[]): Value | null {
  const isQuotient = expression.kind === 'Arithmetic' && (expression.operator === '/' || expression.operator === '%')
  return isQuotient && expression.type.kind === 'int' ? (right ?? null) : null
}

function isZero(value: Value, { world }: Context): Case['when'] {
  if (value.kind === 'constant') return value.value === 0 ? TRUE : FALSE
  return world.test(value, { kind: 'equal', value: 0 })
}

function nameOf(expression: Expr): string {
  return expression.kind === 'Call'
    ? expression.id
    : expression.kind === 'Arithmetic'
      ? `${expression.operator} ${expression.type.kind}`
      : expression.kind
}

/** Whether it may err on operands that do not. */
function failsItself(expression: Expr): boolean {
  return expression.kind === 'Call' ? callFails(expression.id, expression.operands) : expression.fails
}

/** Returns an opaque term. */
function opaqueCases(expression: Expr, context: Context): readonly Case[] {
  const value = computed(expression, context)
  if (!expression.fails) return [{ when: TRUE, value }]
  return [{ when: context.world.opaque({ key: `${valueKey(value)} does not err`, ...written(expression, context) }), value }]
}

function computed(expression: Expr, context: Context): Value {
  return {
    kind: 'term',
    key: expressionKey(expression, context),
    type: expression.type,
    place: null,
    from: written(expression, context),
  }
}

/** Returns a string key of an expression. Equal keys mean equal values, as the key includes the values of variables. */
export function expressionKey(expression: Expr, context: Context): string {
  const free = freeVariables(expression)
  const used = [...context.variables].flatMap(([name, bound]) => (free.has(name) ? [`${name} = ${boundText(bound)}`] : []))
  // A value that is always missing is the same for all types.
  const type = readsAbsent(expression) ? ` as ${typeKey(expression.type)}` : ''
  const text = `${printExpression(expression)}${type}${isApart(expression, context) ? BEFORE : ''}`
  return used.length === 0 ? text : `(${text} where ${used.join(', ')})`
}

function readsAbsent(expression: Expr): boolean {
  return expression.kind === 'Absent' || children(expression).some(readsAbsent)
}

/** Whether the other policy may mean something else by the same text. */
function isApart(expression: Expr, { view }: Context): boolean {
  if (view === undefined) return false
  if (view.apart.size > 0 || view.params.size > 0) return true
  const asksRoles = (one: Expr): boolean => one.kind === 'RoleTest' || children(one).some(asksRoles)
  return !view.sameRoles && asksRoles(expression)
}

function boundText(bound: VariableMeaning): string {
  if ('value' in bound) return valueKey(bound.value)
  return 'found' in bound ? bound.found.key : expressionKey(bound.expression, bound.context)
}

/**
 * Returns the possible paths at which an expression reads its value, each with its requests. A computed value has a key but no
 * path.
 */
export function accessPathsOf(expression: Expr, context: Context): readonly Case<AccessPath>[] {
  const { type } = expression
  switch (expression.kind) {
    case 'Param':
      return paramPlace(expression.name, type, context)
    case 'CallerField':
      if (!isOwnClaim(expression, context))
        return [{ when: TRUE, value: { key: `caller.${expression.name} as ${typeKey(type)}`, type, place: null } }]
      return at(`caller.${expression.name}`, type, { root: { kind: 'caller' }, steps: [{ field: expression.name }] }, context)
    case 'RequestField':
      return at(`request.${expression.name}`, type, { root: { kind: 'request' }, steps: [{ field: expression.name }] }, context)
    case 'Header':
      return at(`header ${expression.name}`, type, { root: { kind: 'header', name: expression.name }, steps: [] }, context)
    case 'Mtls':
      // A caller by `mtls` has the certificate of the connection, so both paths lead to one value.
      return context.identity?.spiffe
        ? at('caller', type, { root: { kind: 'caller' }, steps: [] }, context)
        : at('mtls', type, { root: { kind: 'mtls' }, steps: [] }, context)
    case 'Query':
      return at('query', type, { root: { kind: 'query' }, steps: [] }, context)
    case 'Body':
      return at('body', type, { root: { kind: 'body' }, steps: [] }, context)
    case 'Data':
      return at(`data ${expression.name}`, type, { root: { kind: 'data', name: expression.name }, steps: [] }, context)
    case 'Field':
      return fieldPlaces(expression, context)
    case 'MapRead':
      return entryPlaces(expression, context)
    case 'Variable': {
      const bound = context.variables.get(expression.variable)
      if (bound === undefined || 'value' in bound) return nowhere(expression, context)
      return 'found' in bound ? [{ when: TRUE, value: bound.found }] : accessPathsOf(bound.expression, bound.context)
    }
    case 'Shared':
      return accessPathsOf(expression.value, context)
    case 'Conditional': {
      const test = context.readers.meaning(expression.test, context)
      return [
        ...narrowed(accessPathsOf(expression.then, context), test.yes, context),
        ...narrowed(accessPathsOf(expression.otherwise, context), test.no, context),
      ]
    }
    case 'OrValue':
      return context.readers
        .optional(expression.operand, context)
        .flatMap(({ when, value }) =>
          value === null
            ? narrowed(accessPathsOf(expression.fallback, context), when, context)
            : [{ when, value: value as AccessPath }],
        )
    case 'Let':
      return bindings(expression.value, context).flatMap(({ when, value }) =>
        narrowed(accessPathsOf(expression.body, binding(context, expression.variable, value)), when, context),
      )
    default:
      return nowhere(expression, context)
  }
}

/** Fields of one name may differ in type: another identity's is not read here. */
function isOwnClaim({ name, type }: Extract<Expr, { kind: 'CallerField' }>, { identity }: Context): boolean {
  const claim = identity?.claims.get(name)
  return claim === undefined ? CERTIFICATE.has(name) : typeKey(claim.type) === typeKey(type)
}

/** The fields of a client certificate that conditions can read. */
export const CERTIFICATE: ReadonlySet<string> = new Set(['spiffe_id', 'trust_domain', 'path', 'dns_names'])

function nowhere(expression: Expr, context: Context): readonly Case<AccessPath>[] {
  const found: AccessPath = {
    key: expressionKey(expression, context),
    type: expression.type,
    place: null,
    from: written(expression, context),
  }
  if (!expression.fails) return [{ when: TRUE, value: found }]
  return [{ when: context.world.opaque({ key: `${found.key} does not err`, ...written(expression, context) }), value: found }]
}

function at(key: string, type: Type, place: RootedPath | null, { view }: Context): readonly Case<AccessPath>[] {
  // If the policies mean different things by the name, a request for one says nothing about the other.
  if (view?.apart.has(key)) return [{ when: TRUE, value: { key: `${key}${BEFORE}`, type, place: null } }]
  return [{ when: TRUE, value: { key, type: view?.wider.get(key) ?? type, place } }]
}

const BEFORE = ' (before)'

function paramPlace(own: string, type: Type, context: Context): readonly Case<AccessPath>[] {
  const name = context.view?.params.get(own)
  if (name === undefined) return at(`params.${own}`, type, { root: { kind: 'param', name: own }, steps: [] }, context)
  return [{ when: TRUE, value: { key: `params.${name}`, type, place: { root: { kind: 'param', name }, steps: [] } } }]
}

function fieldPlaces({ object, name, type }: Field, context: Context): readonly Case<AccessPath>[] {
  return accessPathsOf(object, context).flatMap(({ when, value }) => {
    const [found] = at(`${value.key}.${name}`, type, stepped(value.place, { field: name }), context)
    return found === undefined ? [] : [{ when, value: { ...found.value, ...fromOf(value) } }]
  })
}

/** Reading a missing key errs, unless it is guarded. */
function entryPlaces({ map, key, type }: MapRead, context: Context): readonly Case<AccessPath>[] {
  const { world } = context
  return accessPathsOf(map, context).flatMap((of) =>
    casesOf(key, context).map(({ when, value }) => {
      const isThere = world.contains(of.value, value)
      return {
        when: world.diagram.all([of.when, when, isThere]),
        value: {
          key: `${of.value.key}[${valueKey(value)}]`,
          type,
          place: stepped(of.value.place, { key: value }),
          ...fromOf(of.value),
        },
      }
    }),
  )
}

/** The source of a value's part is the source of the whole. */
function fromOf({ from }: AccessPath): Pick<AccessPath, 'from'> {
  return from === undefined ? {} : { from }
}

export function stepped(place: RootedPath | null, step: PathStep): RootedPath | null {
  return place && { root: place.root, steps: [...place.steps, step] }
}

/** Returns the possible meanings of a variable bound to an expression, each with the requests for which the variable has it. */
export function bindings(expression: Expr, context: Context): readonly Case<VariableMeaning>[] {
  if (isScalar(expression.type) && expression.type.kind !== 'bool')
    return casesOf(expression, context).map(({ when, value }) => ({ when, value: { value } }))
  const when = expression.fails ? readable(expression, context) : TRUE
  return [{ when, value: { expression, context } }]
}

/** Returns the set of requests for which the evaluation of an expression does not err. */
export function readable(expression: Expr, context: Context): Case['when'] {
  const { diagram } = context.world
  if (expression.type.kind === 'bool') {
    const { yes, no } = context.readers.meaning(expression, context)
    return diagram.or(yes, no)
  }
  return diagram.any(
    (isScalar(expression.type) ? casesOf(expression, context) : accessPathsOf(expression, context)).map(({ when }) => when),
  )
}

/** Returns the combinations of the operands' cases. */
function combinations(operands: readonly Expr[], context: Context): readonly Case<readonly Value[]>[] {
  let all: readonly Case<readonly Value[]>[] = [{ when: TRUE, value: [] }]
  for (const operand of operands) {
    const cases = casesOf(operand, context)
    all = all.flatMap(({ when, value: values }) =>
      cases.map(({ when: other, value }) => ({ when: context.world.diagram.and(when, other), value: [...values, value] })),
    )
  }
  return all.filter(({ when }) => when !== FALSE)
}

export function narrowed<V>(cases: readonly Case<V>[], by: Case['when'], { world }: Context): readonly Case<V>[] {
  return cases.map(({ when, value }) => ({ when: world.diagram.and(when, by), value })).filter(({ when }) => when !== FALSE)
}

function joined(cases: readonly Case[]): readonly Case[] {
  return cases.filter(({ when }) => when !== FALSE)
}

export function valueKey(value: Value): string {
  if (value.kind === 'term') return value.key
  return typeof value.value === 'bigint'
    ? `${value.type.kind}:${value.value}`
    : `${value.type.kind === 'literals' ? 'string' : value.type.kind}:${JSON.stringify(value.value)}`
}
