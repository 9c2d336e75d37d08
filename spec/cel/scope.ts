/**
 * Which cases are about what `.iap` has of CEL. Each rule looks at the case's tree, types and values, never at its name. The rules stand in
 * the order in which a case is told the first that applies; each is a row of `spec/language/deviations.md`.
 */
import { NAMESPACES, overloadsNamed, parseExpression } from '../../language/index.ts'
import { type CallTree, type CelTree, partsOf } from './cel-tree.ts'
import { type CelType, typesWithin } from './cel-type.ts'
import { valuesWithin } from './cel-value.ts'
import type { Case } from './suites.ts'
import { treeOf } from './tree-of.ts'

export interface ScopeRule {
  readonly name: string
  /** The first cells of its rows in `spec/language/deviations.md`; none where the rule is about the suite and not about the language. */
  readonly rows: readonly string[]
  applies(subject: Subject): boolean
}

/** A case as the rules see it. */
interface Subject {
  readonly one: Case
  /** All parts of what cel-go parsed; where it parsed without the syntax that the case is about, of what we parse; else empty. */
  readonly parts: readonly CelTree[]
  /** All parts of what cel-go checked; else empty. */
  readonly checked: readonly CelTree[]
  /** Names of types, of every part and of the variables that it reads. */
  readonly types: ReadonlySet<string>
  /** The same with what they hold. */
  readonly wholeTypes: readonly CelType[]
  /** Kinds of the values that are bound and expected. */
  readonly values: ReadonlySet<string>
  /** The words and signs of a case of which there are no parts. */
  readonly tokens: readonly string[]
}

/** The name of the rule that puts a case out of scope, or null. */
export function outOfScope(one: Case): string | null {
  const subject = subjectOf(one)
  return rules.find((rule) => rule.applies(subject))?.name ?? null
}

const NO_SUCH_TYPE = ['`uint`, `bytes`, messages, `null`, `type()`, enums']
const NO_SUCH_MACRO = ['macros with two variables, `bind`, `block`, `transformList` and its like']
const NO_SUCH_OPTIONAL =
  'optionals are values of every kind: `optional.of`, `optional.none`, `or`, `value`, `optFlatMap`, `[?x]`, `{?k: v}`'

export const rules: readonly ScopeRule[] = [
  {
    name: '`cel.bind`, `cel.block`',
    rows: NO_SUCH_MACRO,
    applies: (subject) => calls(subject, ({ target }) => isName(target, 'cel')) || saysCel(subject),
  },
  { name: 'macros of two variables', rows: NO_SUCH_MACRO, applies: (subject) => calls(subject, isMacroOfTwo) },
  { name: '`uint`', rows: NO_SUCH_TYPE, applies: ofLiteral('uint', /^\d+[uU]$/) },
  { name: '`bytes`', rows: NO_SUCH_TYPE, applies: ofLiteral('bytes', /^[bB][rR]?['"]/) },
  { name: '`null`', rows: NO_SUCH_TYPE, applies: ofLiteral('null', /^null$/) },
  { name: 'protobuf', rows: NO_SUCH_TYPE, applies: ofMessages },
  { name: '`type` values', rows: NO_SUCH_TYPE, applies: ({ types, values }) => types.has('type') || values.has('typeValue') },
  {
    name: '`dyn`',
    rows: ['`dyn`, and checks at run time'],
    applies: (subject) =>
      subject.types.has('dyn') ||
      calls(subject, ({ target, name }) => target === null && name === 'dyn') ||
      (subject.one.unread && subject.parts.some(isEmpty)),
  },
  {
    name: 'map keys other than strings',
    rows: ['lists and maps of anything'],
    applies: ({ parts, wholeTypes }) =>
      wholeTypes.some(({ name, of }) => name === 'map' && of[0]?.name !== 'string') ||
      parts.some((part) => part.kind === 'map' && part.entries.some(({ key }) => key.kind !== 'literal' || key.of !== 'string')),
  },
  { name: 'integer beyond 2⁵³', rows: ['`int` has 64 bits'], applies: beyondIntegers },
  {
    name: 'names with dots, and containers',
    rows: ['names may be qualified, and resolve by container'],
    applies: ({ checked, parts }) => [...checked, ...parts].some((part) => part.kind === 'name' && part.name.includes('.')),
  },
  {
    name: 'function outside of the subset',
    rows: ['`format`, `quote`, `base64`, `regex.*`, `lists.*`, `protos.*`', NO_SUCH_OPTIONAL],
    applies: (subject) => needsMeaning(subject) && calls(subject, isForeign),
  },
  { name: 'optional elements and entries', rows: [NO_SUCH_OPTIONAL], applies: ({ tokens }) => /[[{,]\?/.test(tokens.join('')) },
  { name: 'quoted names', rows: ['fields may be quoted: ``m.`a-b` ``'], applies: ({ tokens }) => tokens.includes('`') },
  {
    name: 'fields and entries behind an optional',
    rows: ['behind an optional `.f` and `[k]` go on, and err where they miss'],
    applies: (subject) => needsMeaning(subject) && subject.parts.some(isBehindOptional),
  },
  {
    name: 'unguarded index',
    rows: ['`m[k]`, `x.f` of what is not there errs', '`l[i]`'],
    applies: (subject) => needsMeaning(subject) && subject.parts.some(isUnguarded),
  },
  {
    name: 'syntax that the suite could not read',
    rows: [],
    applies: ({ one }) => one.suite === 'parse' && one.unread,
  },
  {
    name: 'what CEL itself refuses to parse, or to check',
    rows: [],
    applies: ({ one, parts }) => parts.length === 0 || (one.suite !== 'parse' && one.checkedTree === null && !one.unread),
  },
]

function subjectOf(one: Case): Subject {
  const ours = one.tree === null && one.unread ? parseExpression({ name: one.id, text: one.expression }).result : null
  const tree = one.tree ?? (ours === null ? null : treeOf(ours))
  const parts = tree === null ? [] : partsOf(tree)
  const checked = one.checkedTree === null ? [] : partsOf(one.checkedTree)
  const wholeTypes = [...typesOf(one, parts, checked)].flatMap((type) => [...typesWithin(type)])
  return {
    one,
    parts,
    checked,
    wholeTypes,
    types: new Set(wholeTypes.map(({ name }) => name)),
    values: new Set(valuesOf(one).map(({ kind }) => kind)),
    tokens: tree === null ? tokensOf(one.expression) : [],
  }
}

function* typesOf(one: Case, parts: readonly CelTree[], checked: readonly CelTree[]): Iterable<CelType> {
  if (one.suite === 'parse') return
  for (const { type } of checked) if (type !== undefined) yield type
  for (const part of parts) {
    const type = part.kind === 'name' ? one.declared.get(part.name) : null
    if (type) yield type
  }
}

/** What is bound and what is expected, with all that it holds. */
function valuesOf({ bindings, expected }: Case) {
  const given = Object.values(bindings).map(({ value }) => value ?? {})
  return [...given, ...(typeof expected === 'object' ? [expected.value] : [])].flatMap((value) => [...valuesWithin(value)])
}

/** Texts and comments emptied, so that nothing in them is taken for something else. */
function tokensOf(text: string): readonly string[] {
  const tokens = /\/\/.*|[bBrR]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\w+|\S/g
  return [...text.matchAll(tokens)]
    .map(([token]) => token.replace(/(["'])[\s\S]*\1$/, '$1$1'))
    .filter((token) => !token.startsWith('//'))
}

/** In the parsing suite nothing means anything: names are not found, and types not known. */
function needsMeaning({ one }: Subject): boolean {
  return one.suite !== 'parse'
}

function calls({ parts }: Subject, is: (call: CallTree) => boolean): boolean {
  return parts.some((part) => part.kind === 'call' && is(part))
}

function isName(tree: CelTree | null, name: string): boolean {
  return tree?.kind === 'name' && tree.name === name
}

/** `cel.iterVar(0, 0)` where a variable should stand cannot be parsed without its library. */
function saysCel({ tokens }: Subject): boolean {
  return tokens.some((token, at) => token === 'cel' && tokens[at + 1] === '.' && tokens[at + 3] === '(')
}

/** They are calls, as the package has cel-go parse without their library. */
function isMacroOfTwo({ target, name, operands }: CallTree): boolean {
  if (target === null) return false
  return /^(?:all|exists|exists_?[oO]ne)$/.test(name) ? operands.length === 3 : /^transform(?:List|Map|MapEntry)$/.test(name)
}

/** Of literals, types and values of this kind. */
function ofLiteral(kind: 'uint' | 'bytes' | 'null', token: RegExp): ScopeRule['applies'] {
  const value = { uint: 'uint64Value', bytes: 'bytesValue', null: 'nullValue' }[kind]
  return ({ parts, types, values, tokens }) =>
    parts.some((part) => part.kind === 'literal' && part.of === kind) ||
    types.has(kind) ||
    values.has(value) ||
    tokens.some((one) => token.test(one))
}

/** Messages, what is made of them and what stands for scalars in them. */
function ofMessages(subject: Subject): boolean {
  return (
    subject.parts.some(({ kind }) => kind === 'message') ||
    [...subject.types].some((name) => name === 'any' || name === 'wrapper' || name.includes('.')) ||
    subject.values.has('objectValue') ||
    subject.values.has('enumValue') ||
    namesUndeclared(subject) ||
    /[\w.]\{/.test(subject.tokens.join(''))
  )
}

/** A name that nobody declares is found among the messages: a constant of an enum, or a message's own name. */
function namesUndeclared({ one, checked }: Subject): boolean {
  const loops = new Set(checked.flatMap((part) => (part.kind === 'loop' ? [part.variable, part.result] : [])))
  return checked.some(
    (part) => part.kind === 'name' && part.type?.name !== 'type' && !one.declared.has(part.name) && !loops.has(part.name),
  )
}

function beyondIntegers({ one, parts }: Subject): boolean {
  const written = parts.flatMap((part) => (part.kind === 'literal' && part.of === 'int' ? [part.text] : []))
  const values = valuesOf(one).filter(({ kind }) => kind === 'int64Value')
  return [...written, ...values.map(({ value }) => String(value))].some((digits) => !Number.isSafeInteger(Number(digits)))
}

/** What an access looks into; null of what is none. */
function lookedInto(tree: CelTree): CelTree | null {
  if (tree.kind === 'field') return tree.of
  const isAccess = tree.kind === 'call' && /^_(?:\[\??_\]|\?\._)$/.test(tree.name)
  return isAccess ? (tree.operands[0] as CelTree) : null
}

/** Where cel-go's checker was not asked, nothing tells what an empty literal holds, and CEL takes it for `dyn`. */
function isEmpty(tree: CelTree): boolean {
  return (tree.kind === 'list' && tree.elements.length === 0) || (tree.kind === 'map' && tree.entries.length === 0)
}

/** `x.?f.g`: CEL goes on through the optional. */
function isBehindOptional(tree: CelTree): boolean {
  const whole = tree.kind === 'field' || (tree.kind === 'call' && tree.name === '_[_]') ? lookedInto(tree) : null
  return whole?.type?.name === 'optional_type' || (whole?.kind === 'call' && /^_(?:\[\?_\]|\?\._)$/.test(whole.name))
}

/**
 * `l[i]`, `m[k]` and `m.k`, but for an entry of a map that is written out. No case has a guard before one; messages, which have fields
 * without a guard, are out of scope before this.
 */
function isUnguarded(tree: CelTree): boolean {
  const whole =
    (tree.kind === 'field' && !tree.tested) || (tree.kind === 'call' && tree.name === '_[_]') ? lookedInto(tree) : null
  if (whole === null) return false
  const key = tree.kind === 'field' ? tree.name : textOf((tree as CallTree).operands[1])
  return whole.kind !== 'map' || key === null || !whole.entries.some((entry) => textOf(entry.key) === key)
}

function textOf(tree: CelTree | undefined): string | null {
  return tree?.kind === 'literal' && tree.of === 'string' ? tree.text : null
}

/** The functions of a case that the language lacks, as they are called. */
export function foreignFunctions(one: Case): readonly string[] {
  return subjectOf(one).parts.flatMap((part) => {
    if (one.suite === 'parse' || part.kind !== 'call' || !isForeign(part)) return []
    const { target, name } = part
    return target?.kind === 'name' && !one.declared.has(target.name)
      ? `${target.name}.${name}`
      : target === null
        ? name
        : `x.${name}`
  })
}

const MACROS = new Set(['all', 'exists', 'exists_one', 'existsOne', 'filter', 'map', 'optMap'])

/** Operators are no functions, nor is what macros are expanded to; a namespace is a name before a dot. */
function isForeign({ target, name }: CallTree): boolean {
  if (!/^\w+$/.test(name) || /^_|_$/.test(name) || (target !== null && MACROS.has(name))) return false
  const namespace = NAMESPACES.find((one) => isName(target, one))
  return !overloadsNamed(name).some(({ signature }) =>
    namespace === undefined
      ? (target === null) === (signature.receiver === null) && signature.namespace === null
      : signature.namespace === namespace,
  )
}
