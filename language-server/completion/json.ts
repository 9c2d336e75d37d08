import { CompletionItemKind } from 'vscode-languageserver-types'
import { type Cursor, type CursorToken, type FieldShape, type Route, showType, type Type } from '../../language/index.ts'
import { type Candidate, RANK } from './candidate.ts'
import type { Completing } from './completing.ts'
import { routeOf } from './routes.ts'
import { literalsOf } from './values.ts'

/** An object of JSON that is open at the cursor: the tokens before its brace, and the keys that lead from it to the cursor. */
interface OpenObject {
  /** The token before the brace, and the one before that. */
  readonly owner: readonly string[]
  readonly path: readonly string[]
  /** The keys of the innermost object before the cursor. */
  readonly keys: readonly string[]
}

/** Returns the keys that an object of a test lacks: claims, fields of a certificate or a body, placeholders of a row. */
export function* keysAt(completing: Completing): Iterable<Candidate> {
  const { cursor } = completing
  const object = openObject(cursor.before)
  const row = cursor.expected.some(({ productions }) => productions.includes('case'))
  const written = new Set([...(object?.keys ?? []), ...keysAfter(cursor.after)])
  if (row) {
    for (const name of placeholders(cursor)) if (!written.has(name)) yield keyOf(name)
    return
  }
  const fields = object === null ? null : fieldsAt(completing, object)
  for (const [name, shape] of fields ?? []) if (!written.has(name)) yield keyOf(name, shape)
}

/** Returns the values of the key before the cursor. */
export function* jsonTextsAt(completing: Completing): Iterable<string> {
  const object = openObject(completing.cursor.before)
  const key = object?.keys.at(-1)
  if (object === null || key === undefined) return
  const shape = fieldsAt(completing, object)?.get(key)
  if (shape !== undefined) yield* literalsOf(shape.type)
}

function keyOf(name: string, shape?: FieldShape): Candidate {
  return {
    ...{ label: name, kind: CompletionItemKind.Field, rank: shape?.optional === true ? RANK.local : RANK.expected },
    ...(shape === undefined ? {} : { detail: `${name}${shape.optional ? '?' : ''}: ${showType(shape.type)}` }),
    insert: `${name}: `,
  }
}

const TEXT: Type = { kind: 'string' }
const CERTIFICATE: ReadonlyMap<string, FieldShape> = new Map(
  ['spiffe_id', 'trust_domain', 'path', 'dns_names'].map((name) => [
    name,
    { type: name === 'dns_names' ? { kind: 'list', element: TEXT } : TEXT, optional: true, path: [name] },
  ]),
)

function fieldsAt(completing: Completing, { owner, path }: OpenObject): ReadonlyMap<string, FieldShape> | null {
  const fields = fieldsOwnedBy(completing, owner)
  return path.reduce<ReadonlyMap<string, FieldShape> | null>((found, key) => recordIn(found?.get(key)?.type), fields)
}

/** Claims are written as in a token: a claim `from "a" "b"` is under `a`. Only those of their own name are known here. */
function fieldsOwnedBy({ policy }: Completing, owner: readonly string[]): ReadonlyMap<string, FieldShape> | null {
  const { model } = policy.project.facts
  const [last = '', previous = ''] = owner
  if (last === 'mtls') return CERTIFICATE
  if (previous === 'as') {
    const claims = model.identities.find(({ name }) => name === last)?.claims
    return new Map([...(claims ?? [])].filter(([name, { path }]) => path.length === 1 && path[0] === name))
  }
  const route: Route | null = last.startsWith('"') ? routeOf(model.routes, previous, last.slice(1, -1)) : null
  return recordIn(route?.body?.type)
}

function recordIn(type: Type | undefined): ReadonlyMap<string, FieldShape> | null {
  if (type?.kind === 'record') return type.fields
  return type?.kind === 'list' ? recordIn(type.element) : null
}

/** Returns the innermost open object that no key introduces, with the way from it to the cursor. */
function openObject(before: readonly CursorToken[]): OpenObject | null {
  const open: { owner: readonly string[]; key: string | null; keys: string[] }[] = []
  for (const [at, { text, kind }] of before.entries()) {
    const previous = before[at - 1]?.text ?? ''
    if (kind === 'other' && (text === '{' || text === '[')) {
      const key = previous === ':' || previous === '[' || previous === ',' ? (open.at(-1)?.keys.at(-1) ?? '') : null
      open.push({ owner: [previous, before[at - 2]?.text ?? ''], key, keys: text === '[' ? [...(open.at(-1)?.keys ?? [])] : [] })
    } else if (kind === 'other' && (text === '}' || text === ']')) open.pop()
    else if (kind === 'other' && text === ':') open.at(-1)?.keys.push(previous.replace(/^["']|["']$/g, ''))
  }
  const last = open.at(-1)
  const root = open.findLastIndex(({ key }) => key === null)
  if (last === undefined || root === -1) return null
  const path = open.slice(root + 1).map(({ key }) => key ?? '')
  // An array and the objects in it have one key.
  const distinct = path.filter((key, at) => key !== path[at - 1])
  return { owner: open[root]?.owner ?? [], path: distinct, keys: last.keys }
}

/** Returns the keys of the innermost object after the cursor. */
function keysAfter(after: readonly CursorToken[]): readonly string[] {
  const keys: string[] = []
  let depth = 0
  for (const [at, { text }] of after.entries()) {
    if (text === '{' || text === '[') depth += 1
    else if (text === '}' || text === ']') depth -= 1
    if (depth < 0) break
    if (depth === 0 && text === ':') keys.push((after[at - 1]?.text ?? '').replace(/^["']|["']$/g, ''))
  }
  return keys
}

function placeholders({ before }: Cursor): readonly string[] {
  return [...new Set(before.filter(({ text }) => text.startsWith('$')).map(({ text }) => text.slice(1)))]
}
