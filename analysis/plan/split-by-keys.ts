import * as build from '../../compiler/ir/build.ts'
import {
  children,
  type Expr,
  freeVariables,
  type MapRead,
  mapChildren,
  printExpression,
  type VariableName,
} from '../../compiler/ir/index.ts'
import { STRING } from '../../language/checker/types/type.ts'
import { isKnown, type Knowledge } from './known-request.ts'
import { knownValue } from './known-value.ts'
import { errs } from './lift.ts'

type PartialEvaluator = (expression: Expr, knowledge: Knowledge) => Expr

/**
 * Rewrites a test that reads an entry of a known map under an unknown key. The result tests whether the key is one of those for
 * which the original test is true. Returns null if the test contains no such read.
 */
export function splitByKeys(test: Expr, knowledge: Knowledge, evaluate: PartialEvaluator): Expr | null {
  if (test.type.kind !== 'bool') return null
  const found = readIn(test, knowledge)
  if (found === null) return null
  const { read, whole } = found
  const map = knownValue(read.map, knowledge)
  if (!(map instanceof Map) || map.size > knowledge.keys) return null
  // Each key is combined with those of further reads.
  const keys = Math.floor(knowledge.keys / Math.max(1, map.size))
  const variable: VariableName = `entry@plan.${knowledge.variables.size}`
  const under = (value: unknown): Expr => {
    const inside = exchange(whole, build.variable(variable, whole.type, 'request'), test)
    return evaluate(inside, { ...knowledge, variables: new Map(knowledge.variables).set(variable, value), keys })
  }
  const key = evaluate(read.key, knowledge)
  const groups = new Map<string, { readonly test: Expr; readonly keys: string[] }>()
  for (const [one, value] of map as ReadonlyMap<string, unknown>) {
    const inside = under(value)
    const name = errs(inside) ? '' : printExpression(inside)
    const group = groups.get(name) ?? { test: inside, keys: [] }
    groups.set(name, group)
    group.keys.push(one)
  }
  const isOneOf = (some: readonly string[]) =>
    some.length === 1
      ? build.equal(key, build.constant(some[0] as string, STRING))
      : build.within(
          key,
          build.collect(
            some.map((one) => build.constant(one, STRING)),
            { kind: 'list', element: STRING },
          ),
        )
  const cases = [...groups.values()].map(({ test: inside, keys: those }): Case => ({ when: isOneOf(those), inside }))
  // An optional read may find no key.
  if (whole.kind === 'Optional')
    cases.push({ when: map.size === 0 ? build.TRUE : build.not(isOneOf([...map.keys()])), inside: under(null) })
  // Some values have no expression.
  if (cases.some(({ inside }) => freeVariables(inside).has(variable))) return null
  return build.or(...cases.filter(({ inside }) => !isConstant(inside, false)).map(asTest))
}

interface Case {
  readonly when: Expr
  readonly inside: Expr
}

function asTest({ when, inside }: Case): Expr {
  return build.and(...[when, inside].filter((one) => !isConstant(one, true)))
}

function isConstant(expression: Expr, value: boolean): boolean {
  return expression.kind === 'Const' && expression.value === value
}

interface FoundRead {
  readonly read: MapRead
  /** The read, or the optional of it. */
  readonly whole: Expr
}

/** Returns the first read that always happens, so that its key may be read earlier. */
function readIn(expression: Expr, knowledge: Knowledge): FoundRead | null {
  const read = expression.kind === 'Optional' ? expression.target : expression
  if (
    read.kind === 'MapRead' &&
    !read.key.fails &&
    isKnown(read.map, knowledge, children) &&
    !isKnown(read.key, knowledge, children) &&
    [...freeVariables(read)].every((variable) => knowledge.variables.has(variable))
  )
    return { read, whole: expression }
  for (const child of alwaysRead(expression)) {
    const found = readIn(child, knowledge)
    if (found !== null) return found
  }
  return null
}

/** Returns the children that are always evaluated. */
function alwaysRead(expression: Expr): readonly Expr[] {
  switch (expression.kind) {
    case 'Chain':
      return []
    case 'Conditional':
    case 'OrValue':
    case 'Let':
    case 'OptMap':
    case 'Quantifier':
    case 'Select':
      return children(expression).slice(0, 1)
    default:
      return children(expression)
  }
}

/** Replaces an object by another wherever it occurs. */
function exchange(part: Expr, other: Expr, whole: Expr): Expr {
  return whole === part ? other : mapChildren(whole, (child) => exchange(part, other, child))
}
