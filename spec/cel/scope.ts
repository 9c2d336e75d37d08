/**
 * Which cases are about what `.iap` has of CEL. Each rule looks at the case's tree, types and values, as cel-go writes them, never at its
 * name. The rules stand in the order in which a case is told the first that applies.
 */
import { BUILTIN_NAMES, NAMESPACES } from '../../language/index.ts'
import type { Case, CelValue } from './suites.ts'

export interface ScopeRule {
  readonly name: string
  applies(one: Readable): boolean
}

interface Readable {
  readonly one: Case
  /** The tree, and the checked one, with every text emptied, so that no text is taken for a tree. */
  readonly tree: string
  readonly checked: string
  /** Every type in the checked tree, in the environment and in values. */
  readonly types: string
  readonly expression: string
}

/** The name of the rule that puts a case out of scope, or null. */
export function outOfScope(one: Case): string | null {
  const readable: Readable = {
    one,
    tree: withoutTexts(one.tree ?? ''),
    checked: withoutTexts(one.checkedTree ?? ''),
    types: [...typesIn(one), ...valueKinds(one)].join('\n'),
    expression: withoutTexts(one.expression),
  }
  return rules.find((rule) => rule.applies(readable))?.name ?? null
}

const needsTypes = ({ one }: Readable) => one.suite !== 'parse'

export const rules: readonly ScopeRule[] = [
  { name: 'CEL itself refuses to parse it, or to check it', applies: refused },
  {
    name: 'uint',
    applies: ({ types, tree }) => /\buint(64)?\b|\buint64Value\b/.test(types) || /Constant_Uint64Value/.test(tree),
  },
  { name: 'bytes', applies: ({ types, tree }) => /\bbytes(Value)?\b/.test(types) || /Constant_BytesValue/.test(tree) },
  { name: 'null', applies: ({ types, tree }) => /\bnull(Value)?\b/.test(types) || /Constant_NullValue/.test(tree) },
  { name: 'type values', applies: ({ types }) => /\btype(\(|Value\b|$)/m.test(types) },
  {
    name: 'protobuf',
    applies: ({ types, tree }) =>
      /\w\.\w|wrapper\(|\bany\b|objectValue|enumValue/.test(types) || /[\w.]+\{[^}]*\}\^#\*expr\.Expr_StructExpr/.test(tree),
  },
  { name: 'dyn', applies: (readable) => needsTypes(readable) && /\bdyn\b|tuple\(|_var\d/.test(readable.types) },
  { name: 'map keys other than strings', applies: mapKeys },
  { name: 'integer beyond 2⁵³', applies: beyondIntegers },
  { name: 'cel.bind, cel.block', applies: ({ expression }) => /\bcel\s*\.\s*\w+\s*\(/.test(expression) },
  {
    name: 'comprehension of two variables',
    applies: ({ expression }) =>
      /\.\s*(all|exists|existsOne|exists_one)\s*\(\s*\w+\s*,\s*\w+\s*,|\.\s*transform\w+\s*\(/.test(expression),
  },
  { name: 'function outside of the subset', applies: otherFunctions },
  { name: 'unguarded index', applies: (readable) => needsTypes(readable) && unguardedIndex(readable) },
]

function refused({ one }: Readable): boolean {
  return one.suite === 'parse' ? one.tree === null : one.checkedTree === null
}

function withoutTexts(text: string): string {
  return text.replace(/[rR]?("""[\s\S]*?"""|'''[\s\S]*?''')|"(?:[^"\\]|\\[\s\S])*"|'(?:[^'\\\n]|\\.)*'/g, '""')
}

function typesIn(one: Case): readonly string[] {
  const annotated = [
    ...withoutTexts(one.checkedTree ?? '').matchAll(/~((?!test-only)[\w.]+(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))?)/g),
  ]
  const environment = JSON.stringify(one.variables.map(({ type }) => type))
  const primitives = environment
    .replaceAll('"UINT64"', 'uint ')
    .replaceAll('"BYTES"', 'bytes ')
    .replace(/"dyn"/g, 'dyn ')
    .replace(/"messageType":"[^"]*"/g, 'wrapper(')
    .replace(/"(null|wrapper|wellKnown)":/g, (_, kind: string) =>
      kind === 'null' ? 'null ' : kind === 'wrapper' ? 'wrapper(' : 'wellKnown ',
    )
  return [...annotated.map(([, type]) => type as string), primitives, one.type ?? '']
}

/** Kinds of the values that a case binds and expects. Timestamps and durations come as messages, and are none here. */
function valueKinds(one: Case): readonly string[] {
  const text = JSON.stringify([one.bindings, one.expected]).replace(
    /"objectValue":\{"@type":"type\.googleapis\.com\/google\.protobuf\.(Timestamp|Duration)"/g,
    '"timeValue":{"@type":""',
  )
  return [...text.matchAll(/"(\w+Value)":/g)]
    .map(([, kind]) => kind as string)
    .filter((kind) => !/^(time|number|string|bool|list|map|int64|double)Value$/.test(kind))
}

function mapKeys({ types, one, tree }: Readable): boolean {
  if (/map\((?!string\b)\w/.test(types)) return true
  if (/"keyType":\{(?!"primitive":"STRING")/.test(JSON.stringify(one.variables))) return true
  // The key of an entry is what stands before its colon.
  return one.suite === 'parse' && /(?:Expr_IdentExpr|Constant_(?!StringValue)\w+)#:/.test(tree)
}

function beyondIntegers({ one, checked, tree }: Readable): boolean {
  const written =
    one.suite === 'parse' ? [...tree.matchAll(/(-?\d+)\^#\*expr\.Constant_Int64Value/g)] : [...checked.matchAll(/(-?\d+)~int\b/g)]
  return written.some(([, digits]) => !isSafe(digits as string)) || valuesOf(one).some(holdsUnsafe)
}

function valuesOf(one: Case): readonly unknown[] {
  return [one.bindings, typeof one.expected === 'string' ? null : one.expected.value]
}

function holdsUnsafe(json: unknown): boolean {
  if (typeof json !== 'object' || json === null) return false
  return Object.entries(json).some(([key, value]) =>
    key === 'int64Value' ? !isSafe(String(value)) : holdsUnsafe(value as CelValue),
  )
}

function isSafe(digits: string): boolean {
  return Number.isSafeInteger(Number(digits))
}

/** Functions are named by their calls in the expression; operators and macros are none. */
function otherFunctions({ one, expression }: Readable): boolean {
  if (one.suite === 'parse') return false
  const names = [...expression.matchAll(/(?:(\w+)\s*\.\s*)?\b([A-Za-z_]\w*)\s*\(/g)]
  const macros = ['has', 'all', 'exists', 'exists_one', 'filter', 'map', 'optMap']
  return names.some(([, before, name]) => {
    if (before === 'optional' || before === 'lists' || before === 'strings' || before === 'base64') return true
    if (before !== undefined && (NAMESPACES as readonly string[]).includes(before)) return !BUILTIN_NAMES.includes(name as string)
    return !BUILTIN_NAMES.includes(name as string) && !macros.includes(name as string) && name !== 'in'
  })
}

/** A list is indexed by `[?i]` alone; a map by `[k]` behind a guard, which a constant map in one of these cases never has. */
function unguardedIndex({ tree, checked }: Readable): boolean {
  if (/_\[_\]\(/.test(tree)) return true
  // A field of a map is its key.
  return /~map\((?:[^()]|\([^()]*\))*\)(?:\^\w+)?\.\w+~(?!test-only)/.test(checked)
}
