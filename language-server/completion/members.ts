import { CompletionItemKind } from 'vscode-languageserver-types'
import {
  BUILTIN_NAMES,
  type Expression,
  type FieldShape,
  type Identity,
  NAMESPACES,
  type OverloadCandidate,
  overloadsNamed,
  showType,
  type Type,
  unify,
} from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import type { Completing } from './completing.ts'
import { MACROS } from './macros.ts'
import type { PlacedCursor } from './placed-cursor.ts'

/** Returns what can follow the `.` before the cursor: fields, methods, and functions of a namespace. */
export function* membersAt({ policy, placed }: Completing): Iterable<Candidate> {
  if (placed === null) return
  const { expression, probed } = placed
  const object = objectOf(expression)
  if (object === null) return
  const type = probed.typeOf(object)
  if (type === null || type.kind === 'unknown')
    return object.kind === 'Identifier' && isNamespace(object.name) ? yield* functionsIn(object.name) : undefined
  if (type.kind === 'caller') return yield* claimsOf(placed, policy.project.facts.model.identities)
  const inner = type.kind === 'optional' && expression.kind === 'OptionalMember' ? type.value : type
  if (inner.kind === 'record') for (const [name, shape] of inner.fields) yield fieldOf(name, shape)
  yield* methodsOf(type)
}

function objectOf(expression: Expression): Expression | null {
  if (expression.kind === 'Member' || expression.kind === 'OptionalMember') return expression.object
  return expression.kind === 'Call' ? expression.receiver : null
}

function isNamespace(name: string): boolean {
  return (NAMESPACES as readonly string[]).includes(name)
}

/** The claims of the identities that the caller may be here, those that all of them have first. */
function* claimsOf({ expression, probed }: PlacedCursor, identities: readonly Identity[]): Iterable<Candidate> {
  const possible = [...(probed.callersAt(expression) ?? identities)].filter((one): one is Identity => one !== 'anonymous')
  const having = new Map<string, Identity[]>()
  for (const identity of possible)
    for (const name of identity.fields.keys()) having.set(name, [...(having.get(name) ?? []), identity])
  for (const [name, owners] of having) {
    const shapes = owners.map((one) => one.fields.get(name) as FieldShape)
    const optional = shapes.some((shape) => shape.optional)
    const types = [...new Set(shapes.map(({ type }) => showType(type)))].join(' or ')
    const isCommon = owners.length === possible.length
    yield {
      label: name,
      kind: CompletionItemKind.Field,
      rank: isCommon ? RANK.expected : RANK.local,
      detail: `${name}${optional ? '?' : ''}: ${types}`,
      doc: `Claim of ${owners.map((one) => `\`${one.name}\``).join(', ')}.${isCommon ? '' : ' Other callers lack it.'}`,
    }
  }
}

function fieldOf(name: string, { type, optional }: FieldShape): Candidate {
  return {
    ...{ label: name, kind: CompletionItemKind.Field, rank: RANK.expected },
    ...{ detail: `${name}${optional ? '?' : ''}: ${showType(type)}` },
  }
}

function* methodsOf(type: Type): Iterable<Candidate> {
  for (const name of BUILTIN_NAMES) {
    const fitting = overloadsNamed(name).filter(
      ({ signature: { receiver } }) => receiver !== null && unify(receiver, type, { variable: null }),
    )
    const candidate = calling(name, fitting, RANK.method)
    if (candidate !== null) yield { ...candidate, kind: CompletionItemKind.Method }
  }
  for (const { name, form, doc, kinds, snippet } of MACROS)
    if (kinds.includes(type.kind))
      yield { label: name, kind: CompletionItemKind.Method, rank: RANK.method, detail: form, doc, insert: `${name}(`, snippet }
}

function* functionsIn(namespace: string): Iterable<Candidate> {
  for (const name of BUILTIN_NAMES) {
    const candidate = calling(
      name,
      overloadsNamed(name).filter(({ signature }) => signature.namespace === namespace),
      RANK.expected,
    )
    if (candidate !== null) yield candidate
  }
}

/** Returns a candidate that calls one of some overloads; null if there are none. */
export function calling(name: string, overloads: readonly OverloadCandidate[], rank: number): Candidate | null {
  const [first] = overloads
  if (first === undefined) return null
  const takesNone = overloads.every(({ signature }) => signature.parameters.length === 0)
  return {
    ...{ label: name, kind: CompletionItemKind.Function, rank, detail: first.overload.signature },
    doc: [...new Set(overloads.map(({ overload }) => overload.doc))].join('\n\n'),
    ...(takesNone ? { insert: `${name}()` } : { insert: `${name}(`, snippet: `${name}($0)` }),
  }
}
