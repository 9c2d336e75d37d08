/** One case in scope: parsed, checked, and evaluated by the interpreter and by compiled code, as it stands and with its literals as variables. */
import { compileExpression } from '../../compiler/index.ts'
import { EvalFailure, evaluate, type Value } from '../../interpreter/index.ts'
import {
  checkStandalone,
  type Diagnostic,
  type Expression,
  parseExpression,
  type StandaloneExpression,
  type Type,
} from '../../language/index.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { partsOf, showTree } from './cel-tree.ts'
import { type CelType, ourType, showCelType, showOurType } from './cel-type.ts'
import { type Bound, boundOf, showValue } from './cel-value.ts'
import { liftLiterals } from './lift-literals.ts'
import { matchTypes } from './match-types.ts'
import type { Case } from './suites.ts'
import { treeOf } from './tree-of.ts'

/** What became of a case. */
export type Outcome =
  | { readonly kind: 'right' }
  /** By our front end, which has the case's syntax or types mean something else, or nothing. */
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'wrong'; readonly problem: string }

export interface Ran {
  readonly asWritten: Outcome
  /** Null where nothing is evaluated, or nothing is a literal. */
  readonly withVariables: Outcome | null
}

const RIGHT: Outcome = { kind: 'right' }

export function runCase(one: Case): Ran {
  const { result: expression, diagnostics } = parseExpression({ name: one.id, text: one.expression })
  const mistake = refusal(diagnostics)
  if (expression === null) return { asWritten: mistake ?? wrong('is not parsed, and nothing is said of it'), withVariables: null }
  const tree = treeOf(expression)
  const shape = { ours: showTree(tree), theirs: showTree(one.tree ?? tree) }
  if (shape.ours !== shape.theirs)
    return { asWritten: mistake ?? wrong(`is the tree ${shape.ours} instead of ${shape.theirs}`), withVariables: null }
  if (one.suite === 'parse') return { asWritten: mistake ?? RIGHT, withVariables: null }
  const types = one.checkedTree === null ? new Map<Expression, CelType>() : matchTypes(tree, one.checkedTree)
  const variables = variablesOf(one)
  const bindings = new Map(Object.entries(one.bindings).map(([name, { value }]) => [name, boundOf(value ?? {})]))
  const lifted = liftLiterals(expression, (literal) => ourType(types.get(literal) ?? { name: 'dyn', of: [] }))
  const isLifted = one.expected !== 'nothing' && lifted.types.size > 0
  return {
    asWritten: mistake ?? runExpression(one, expression, types, variables, bindings),
    withVariables: isLifted
      ? runExpression(one, lifted.expression, types, joined(variables, lifted.types), joined(bindings, lifted.values))
      : null,
  }
}

function joined<T>(some: ReadonlyMap<string, T>, others: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...some, ...others])
}

function refusal([first]: readonly Diagnostic[]): Outcome | null {
  return first === undefined ? null : { kind: 'refused', code: first.code, message: first.message }
}

function wrong(problem: string): Outcome {
  return { kind: 'wrong', problem }
}

function runExpression(
  one: Case,
  expression: Expression,
  types: ReadonlyMap<Expression, CelType>,
  variables: ReadonlyMap<string, Type>,
  values: ReadonlyMap<string, Bound>,
): Outcome {
  const checked = checkStandalone(expression, variables)
  const mistake = refusal(checked.diagnostics)
  if (mistake !== null) return mistake
  const mistyped = typeProblem(one, checked, types)
  if (mistyped !== null) return wrong(mistyped)
  if (one.expected === 'nothing') return RIGHT
  const expected = one.expected === 'error' ? 'error' : showValue(boundOf(one.expected.value))
  const answers: Readonly<Record<string, () => string>> = {
    'the interpreter': () => interpreted(expression, checked, values),
    'compiled code': () => compiled(compileExpression(expression, checked, variables), values),
    'code compiled without passes': () => compiled(compileExpression(expression, checked, variables, []), values),
  }
  for (const [how, answer] of Object.entries(answers)) {
    const given = answer()
    if (given !== expected) return wrong(`${how} gives ${given} instead of ${expected}`)
  }
  return RIGHT
}

/** The type of the whole, and of every part that both trees have. */
function typeProblem(one: Case, { type, typeOf }: StandaloneExpression, types: ReadonlyMap<Expression, CelType>): string | null {
  if (one.type !== null && showOurType(type) !== showCelType(one.type))
    return `has the type ${showOurType(type)} instead of ${showCelType(one.type)}`
  for (const [part, theirs] of types) {
    const ours = typeOf(part)
    // A set is where it stands what CEL has as a list; of what was lifted there is no part.
    const shown = showOurType(ours.kind === 'set' ? { kind: 'list', element: ours.element } : ours)
    if (ours.kind !== 'unknown' && shown !== showCelType(theirs))
      return `has a part of the type ${shown} instead of ${showCelType(theirs)}`
  }
  return null
}

/** Those that the case reads. */
function variablesOf(one: Case): ReadonlyMap<string, Type> {
  const read = new Set((one.tree === null ? [] : partsOf(one.tree)).map((part) => (part.kind === 'name' ? part.name : null)))
  const types = new Map<string, Type>()
  for (const [name, type] of one.declared) {
    const ours = type === null ? null : ourType(type)
    if (ours !== null && (one.tree === null || read.has(name))) types.set(name, ours)
  }
  return types
}

function interpreted(expression: Expression, tables: StandaloneExpression, names: ReadonlyMap<string, Bound>): string {
  // Of a model it asks what stands in these tables.
  const model = tables as unknown as Parameters<typeof evaluate>[1]['model']
  try {
    return showValue(evaluate(expression, { model, caller: null, time: 0n, names: names as ReadonlyMap<string, Value> }) as Bound)
  } catch (error) {
    if (error instanceof EvalFailure) return 'error'
    throw error
  }
}

function compiled(text: string, names: ReadonlyMap<string, Bound>): string {
  const run = new Function('abi', text)(helpers) as (variables: Readonly<Record<string, unknown>>) => unknown
  const value = run(Object.fromEntries(names))
  return value === undefined ? 'error' : showValue(value as Bound)
}
