/** What the compiler makes of a policy, as text for people: its syntax tree, its intermediate representation, its code. */
import { compile, lower, passes, print, runPasses } from '../../compiler/index.ts'
import { childrenOf, type Model, positionAt, type SyntaxNode } from '../../language/index.ts'
import { RunError } from './run.ts'

/** Maximum rules of a policy that is compiled at once, during which the server answers nothing else. */
const MOST_RULES = 2_000

/**
 * Returns the emitted decision module.
 *
 * @throws RunError if the policy is too large to be compiled at once
 */
export function emittedJavaScript(model: Model): string {
  checkSize(model)
  return compile(model).policy
}

/**
 * Returns the intermediate representation of a policy, as it is lowered or after all passes.
 *
 * @throws RunError if the policy is too large to be lowered at once
 */
export function intermediate(model: Model, isOptimized: boolean): string {
  checkSize(model)
  const lowered = lower(model)
  return print(isOptimized ? runPasses(lowered, passes) : lowered)
}

function checkSize({ rules: { length } }: Model): void {
  if (length > MOST_RULES) throw new RunError(`the policy has ${length} rules, too many to show its code here: run \`iap build\``)
}

/** Maximum characters of a name or text in a line of a tree. */
const LONGEST = 60

/** Returns a syntax tree, a node a line: its kind, its own values, and where it begins. Nodes below are indented. */
export function syntaxTree(root: SyntaxNode): string {
  const lines: string[] = []
  // Not recursive, as trees of expressions may be deep.
  const pending: { readonly node: SyntaxNode; readonly depth: number }[] = [{ node: root, depth: 0 }]
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, depth } = next
    const { source, start } = node.span
    const { line, column } = positionAt(source, start)
    lines.push(`${'  '.repeat(depth)}${[node.kind, ...ownValues(node)].join(' ')}  ${line}:${column}`)
    for (const child of [...childrenOf(node)].reverse()) pending.push({ node: child, depth: depth + 1 })
  }
  return `${lines.join('\n')}\n`
}

function ownValues(node: SyntaxNode): readonly string[] {
  return Object.entries(node).flatMap(([key, value]: readonly [string, unknown]) => {
    if (typeof value === 'boolean') return value ? [key] : []
    if (key === 'kind' || !['string', 'number', 'bigint'].includes(typeof value)) return []
    const text = typeof value === 'string' ? JSON.stringify(shortened(value)) : String(value)
    return key === 'text' || key === 'value' ? [text] : [`${key}=${text}`]
  })
}

function shortened(text: string): string {
  const characters = [...text]
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST - 1).join('')}…` : text
}
