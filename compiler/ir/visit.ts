import * as build from './build.ts'
import type { Below, CallerField, Expr, VariableName } from './expression.ts'
import { has, isLeaf, KIND } from './kinds.ts'

/** Returns an expression without enclosing `Shared` nodes. */
export function unwrapShared(expression: Expr): Expr {
  return expression.kind === 'Shared' ? unwrapShared(expression.value) : expression
}

/** Returns the direct children of an expression, in the order of evaluation. */
export function children(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case 'Const':
    case 'Absent':
    case 'Variable':
    case 'Param':
    case 'CallerField':
    case 'RoleTest':
    case 'IdentityTest':
    case 'RequirementTest':
    case 'RequestField':
    case 'Header':
    case 'HeaderTest':
    case 'Mtls':
    case 'Query':
    case 'Body':
    case 'Data':
      return NO_CHILDREN
    case 'Field':
      return [expression.object]
    case 'MapRead':
      return [expression.map, expression.key]
    case 'Position':
      return [expression.datum, expression.text]
    case 'Entry':
      return [expression.map, expression.at]
    case 'Below':
      return [expression.hierarchy, expression.at, expression.above]
    case 'ListRead':
      return [expression.list, expression.index]
    case 'Present':
    case 'Optional':
      return [expression.target]
    case 'Chain':
      return expression.operands.map((operand) => operand.expression)
    case 'Not':
    case 'Negate':
    case 'Some':
      return [expression.operand]
    case 'Conditional':
      return [expression.test, expression.then, expression.otherwise]
    case 'Compare':
    case 'Equal':
    case 'Arithmetic':
    case 'Concat':
      return [expression.left, expression.right]
    case 'In':
      return [expression.element, expression.collection]
    case 'Collect':
      return expression.elements
    case 'CollectMap':
      return expression.entries.map(({ value }) => value)
    case 'Call':
      return expression.operands
    case 'OrValue':
      return [expression.operand, expression.fallback]
    case 'Let':
      return [expression.value, expression.body]
    case 'OptMap':
      return [expression.range, expression.body]
    case 'Quantifier':
      return [expression.range, expression.test]
    case 'Select':
      return [expression.range, expression.test, expression.value].filter((part) => part !== null)
    case 'Shared':
      return [expression.value]
  }
}

const NO_CHILDREN: readonly Expr[] = []

/**
 * Returns whether an expression has no grandchildren. For such an expression, computing a property is faster than looking it up
 * in a memo.
 */
export function isFlat(expression: Expr): boolean {
  const kinds = expression.kinds & ~KIND.Variable
  // Two kinds imply nesting.
  if ((kinds & (kinds - 1)) !== 0) return false
  for (const child of children(expression)) if (!isLeaf(child)) return false
  return true
}

/** Applies a function to each element of a list. Returns the same array if no element changes. */
export function mapAll<T>(before: readonly T[], map: (one: T) => T): readonly T[] {
  let after: T[] | null = null
  // By index: most calls run before V8 optimizes this, and an iterator costs more than an index then.
  for (let at = 0; at < before.length; at += 1) {
    const one = before[at] as T
    const mapped = map(one)
    if (after === null && mapped !== one) after = before.slice(0, at)
    after?.push(mapped)
  }
  return after ?? before
}

/** Applies a function to each child of an expression. Returns the same expression if no child changes. */
export function mapChildren(expression: Expr, map: (child: Expr) => Expr): Expr {
  if (isLeaf(expression)) return expression
  const before = children(expression)
  const after = mapAll(before, map)
  return after === before ? expression : withChildren(expression, after)
}

function withChildren(expression: Expr, after: readonly Expr[]): Expr {
  const [a, b, c] = after as readonly [Expr, Expr, Expr]
  switch (expression.kind) {
    case 'Field':
      return build.field(a, expression.name, expression.type)
    case 'MapRead':
      return build.mapRead(a, b, expression.type)
    case 'Position':
      return build.position(a, b, expression.linked)
    case 'Entry':
      return build.entry(a, b)
    case 'Below':
      return build.below(a, b, c)
    case 'ListRead':
      return build.listRead(a, b, expression.type)
    case 'Present':
      return build.present(a)
    case 'Optional':
      return build.optional(a)
    case 'Some':
      return build.some(a)
    case 'Chain':
      return build.chain(
        expression.operator,
        expression.operands.map((operand, at) => ({ ...operand, expression: after[at] as Expr })),
      )
    case 'Not':
      return build.not(a)
    case 'Negate':
      return build.negate(a)
    case 'Conditional':
      return build.conditional(a, b, c, expression.type)
    case 'Compare':
      return build.compare(expression.operator, a, b)
    case 'Equal':
      return build.equal(a, b)
    case 'Arithmetic':
      return build.arithmetic(expression.operator, a, b, expression.type)
    case 'Concat':
      return build.concat(a, b, expression.type)
    case 'In':
      return build.within(a, b)
    case 'Collect':
      return build.collect(after, expression.type)
    case 'CollectMap':
      return build.collectMap(
        expression.entries.map(({ key }, at) => ({ key, value: after[at] as Expr })),
        expression.type,
      )
    case 'Call':
      return build.call(expression.id, after, expression.type)
    case 'OrValue':
      return build.orValue(a, b, expression.type)
    case 'Let':
      return build.bind(expression.variable, a, b)
    case 'OptMap':
      return build.optMap(a, expression.variable, b)
    case 'Quantifier':
      return build.quantifier(expression.quantifier, a, expression.variable, b)
    case 'Select': {
      const value = expression.test === null ? b : c
      return build.select(a, expression.variable, expression.test && b, expression.value && value, expression.type)
    }
    case 'Shared':
      return build.shared(expression.wish, a)
    default:
      throw new Error(`a ${expression.kind} has no children`)
  }
}

/**
 * Returns the variable that an expression binds, and the children that can read it. Returns null if the expression binds none.
 */
export function scopeOf(expression: Expr): { readonly variable: VariableName; readonly sees: readonly Expr[] } | null {
  switch (expression.kind) {
    case 'Let':
    case 'OptMap':
      return { variable: expression.variable, sees: [expression.body] }
    case 'Quantifier':
      return { variable: expression.variable, sees: [expression.test] }
    case 'Select':
      return { variable: expression.variable, sees: [expression.test, expression.value].filter((part) => part !== null) }
    default:
      return null
  }
}

const NO_VARIABLES: ReadonlySet<VariableName> = new Set()

/** Returns the variables that an expression reads but does not bind. Memoized. */
export function freeVariables(expression: Expr): ReadonlySet<VariableName> {
  if (!has(expression, KIND.Variable)) return NO_VARIABLES
  const known = free.get(expression)
  if (known !== undefined) return known
  const found = new Set<VariableName>(expression.kind === 'Variable' ? [expression.variable] : [])
  const own = scopeOf(expression)
  for (const child of children(expression)) {
    for (const variable of freeVariables(child)) {
      if (!(own?.variable === variable && own.sees.includes(child))) found.add(variable)
    }
  }
  const result = found.size === 0 ? NO_VARIABLES : found
  free.set(expression, result)
  return result
}

const free = new WeakMap<Expr, ReadonlySet<VariableName>>()

/**
 * Returns the caller's field whose text `Below` tests, if its position is precomputed and it is compared with one name. Else
 * returns null.
 */
export function callerBelow({ at, above }: Below): CallerField | null {
  const own = unwrapShared(at)
  if (own.kind !== 'Position' || !own.linked || above.type.kind !== 'int') return null
  const text = unwrapShared(own.text)
  return text.kind === 'CallerField' ? text : null
}
