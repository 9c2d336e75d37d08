/** One case in scope: parsed, checked, and evaluated by the interpreter and by compiled code, with all passes and with none. */
import { compileExpression, passes } from '../../compiler/index.ts'
import { checkStandalone, type Expression, parseExpression, type StandaloneExpression, type Type } from '../../language/index.ts'
import { helpers } from '../../runtime/abi/index.ts'
import { evaluate, Failure, type Value } from '../interpreter/index.ts'
import { type Bound, showCelType, typeOf, valueOf } from './cel-value.ts'
import { plainTree, printTree, squeezed } from './print-tree.ts'
import type { Case } from './suites.ts'

/** What is wrong with a case, in words; null where all is as the suite has it. */
export function runCase(one: Case): string | null {
  const { result: expression, diagnostics } = parseExpression({ name: one.id, text: one.expression })
  if (expression === null) return `not parsed: ${diagnostics[0]?.message}`
  if (one.suite === 'parse') return compareTrees(one, expression)
  const variables = variablesOf(one)
  if (typeof variables === 'string') return variables
  const checked = checkStandalone(expression, variables)
  const [problem] = checked.diagnostics
  if (problem !== undefined) return `refused: ${problem.code} ${problem.message}`
  const type = showCelType(checked.type)
  if (one.type !== null && type !== one.type) return `has the type ${type} instead of ${one.type}`
  if (one.expected === 'nothing') return null
  const bindings = bindingsOf(one)
  const expected = one.expected === 'error' ? 'error' : show(valueOf(one.expected.value))
  const answers: Readonly<Record<string, () => string>> = {
    interpreted: () => interpreted(expression, checked, bindings),
    compiled: () => compiled(compileExpression(expression, checked, variables), bindings),
    'compiled without passes': () => compiled(compileExpression(expression, checked, variables, []), bindings),
  }
  for (const [how, answer] of Object.entries(answers)) {
    const given = answer()
    if (given !== expected) return `${how} gives ${given} instead of ${expected}`
  }
  return null
}

function compareTrees(one: Case, expression: Expression): string | null {
  const [ours, theirs] = [squeezed(printTree(expression)), plainTree(one.tree as string)]
  return ours === theirs ? null : `is the tree ${ours} instead of ${theirs}`
}

function variablesOf(one: Case): ReadonlyMap<string, Type> | string {
  const types = new Map<string, Type>()
  for (const { name, type } of one.variables) {
    if (type === null) continue
    const ours = typeOf(type)
    if (ours === null) return `the variable ${name} has a type that the language lacks`
    types.set(name, ours)
  }
  return types
}

function bindingsOf(one: Case): ReadonlyMap<string, Bound> {
  return new Map(Object.entries(one.bindings).map(([name, { value }]) => [name, valueOf(value ?? {})]))
}

function interpreted(expression: Expression, tables: StandaloneExpression, names: ReadonlyMap<string, Bound>): string {
  const model = { ...tables } as unknown as Parameters<typeof evaluate>[1]['model']
  try {
    return show(evaluate(expression, { model, caller: null, time: 0n, names: names as ReadonlyMap<string, Value> }))
  } catch (error) {
    if (error instanceof Failure) return 'error'
    throw error
  }
}

function compiled(text: string, names: ReadonlyMap<string, Bound>): string {
  const run = new Function('abi', text)(helpers) as (variables: Readonly<Record<string, unknown>>) => unknown
  const value = run(Object.fromEntries(names))
  return value === undefined ? 'error' : show(value as Bound)
}

/** A value in one spelling: the entries of a map sorted, and −0 as 0. */
function show(value: Bound | Value): string {
  if (Array.isArray(value)) return `[${value.map(show).join(', ')}]`
  if (value instanceof Map)
    return `{${[...value]
      .map(([key, inner]) => `${JSON.stringify(key)}: ${show(inner)}`)
      .sort()
      .join(', ')}}`
  if (typeof value === 'bigint') return `${value}ns`
  if (typeof value === 'number') return String(value + 0)
  return JSON.stringify(value)
}

export { passes }
