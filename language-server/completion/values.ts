import { CompletionItemKind } from 'vscode-languageserver-types'
import {
  BUILTIN_NAMES,
  type Expression,
  isExpression,
  NAMESPACES,
  overloadsNamed,
  ROOTS,
  type Root,
  showType,
  type Type,
} from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import type { Completing } from './completing.ts'
import { calling } from './members.ts'
import { namesOf } from './named.ts'
import type { PlacedCursor } from './placed-cursor.ts'

/** Returns what an operand can begin with: values that fit, variables, roots, data, defs and functions. */
export function* valuesAt(completing: Completing): Iterable<Candidate> {
  const { placed } = completing
  for (const value of placed === null ? [] : textsAt(placed)) {
    const label = JSON.stringify(value)
    yield { label, kind: CompletionItemKind.EnumMember, rank: RANK.expected }
  }
  if (placed?.expression.kind === 'Identifier')
    for (const [name, { type }] of placed.probed.variablesAt(placed.expression))
      yield { label: name, kind: CompletionItemKind.Variable, rank: RANK.local, detail: `${name}: ${showType(type)}` }
  for (const root of rootsIn(placed?.declaration.kind))
    yield { label: root, kind: CompletionItemKind.Keyword, rank: RANK.root, doc: ROOT_DOCS[root] }
  yield* namesOf(completing, 'DataDeclaration')
  for (const def of namesOf(completing, 'DefDeclaration')) yield { ...def, insert: `${def.label}(`, snippet: `${def.label}($0)` }
  for (const name of BUILTIN_NAMES) {
    const functions = overloadsNamed(name).filter(({ signature }) => signature.receiver === null && signature.namespace === null)
    const candidate = calling(name, functions, RANK.builtin)
    if (candidate !== null) yield candidate
  }
  yield HAS
  for (const name of NAMESPACES)
    if (name !== 'ip') yield { label: name, kind: CompletionItemKind.Module, rank: RANK.builtin, insert: `${name}.` }
}

const HAS: Candidate = {
  ...{ label: 'has', kind: CompletionItemKind.Function, rank: RANK.builtin, detail: 'has(x.f): bool' },
  ...{ doc: 'Whether an optional field is present.', insert: 'has(', snippet: 'has($0)' },
}

/** Documentation of the roots, for hover and completion. */
export const ROOT_DOCS: Readonly<Record<Root, string>> = {
  caller: 'The authenticated caller, or anonymous. Its fields are the claims of the identities that the caller may be here.',
  params: 'The parameters in the path and host of the route.',
  query: 'The declared keys of the query string.',
  body: 'The request body, as the route declares it.',
  request: 'The request: method, path, host, headers, time.',
  source: 'The client: its IP address.',
  connection: 'The connection: the client certificate, if the client has one.',
}

const OF_ROUTES: ReadonlySet<Root> = new Set(['params', 'query', 'body'])

function rootsIn(kind: string | undefined): readonly Root[] {
  if (kind === 'RoleDeclaration') return ['caller']
  return kind === 'DefDeclaration' ? ROOTS.filter((root) => !OF_ROUTES.has(root)) : ROOTS
}

/** Returns the texts with which the type of the other operand makes sense: literals, methods of requests. */
export function textsAt({ path, probed }: PlacedCursor): readonly string[] {
  const [own, parent, grandparent] = path.filter(isExpression).reverse()
  if (own === undefined || parent === undefined) return []
  if (parent.kind === 'ListLiteral' && grandparent?.kind === 'Binary' && grandparent.operator === 'in')
    return grandparent.right === parent ? textsOf(grandparent.left, probed) : []
  if (parent.kind !== 'Binary' || (parent.left !== own && parent.right !== own)) return []
  const other = parent.left === own ? parent.right : parent.left
  if (parent.operator === '==' || parent.operator === '!=') return textsOf(other, probed)
  return parent.operator === 'in' && parent.left === own ? textsOf(other, probed) : []
}

function textsOf(other: Expression, { typeOf }: PlacedCursor['probed']): readonly string[] {
  if (other.kind === 'Member' && other.field.text === 'method' && isRequest(other.object)) return METHODS
  const type = typeOf(other)
  return type === null ? [] : literalsOf(type)
}

/** Returns the values of a type of literals, or of a collection or optional of them. */
export function literalsOf(type: Type): readonly string[] {
  if (type.kind === 'literals') return type.values
  if (type.kind === 'list' || type.kind === 'set') return literalsOf(type.element)
  return type.kind === 'optional' ? literalsOf(type.value) : []
}

function isRequest(object: Expression): boolean {
  return object.kind === 'Identifier' && object.name === 'request'
}

export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
