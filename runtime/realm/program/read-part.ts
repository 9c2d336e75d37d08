/** Computes values of audit records in the realm, so that only texts leave it. */

import { propertyName } from '../../abi/allowlist/names.ts'
import type { DecisionRequest, Facts, ReadType } from '../../abi/index.ts'
import { jsonText, stringText } from './json-text.ts'
import { holdsSecret } from './secret-names.ts'

/** A value of requests that audit records hold: its path, its header name if it is a header, and its type. */
export interface ReadPart {
  readonly at: readonly string[]
  readonly header: string | null
  readonly type: ReadType
  /** Whether the value may contain a credential, so that it is searched for one and then not recorded. */
  readonly isLookedInto: boolean
}

/** Maximum length of a value's JSON in characters. */
const MOST_OF_ONE = 1024
const MOST_HASHES = 50

/**
 * First character of the result of `readPart`, which tells what the result is. After `subject`, `holdsSubject` and `value`, the
 * value follows as JSON, unless its JSON is too long.
 */
export const PART = {
  /** The value is in a body that was not read. */
  notAsked: '-',
  absent: '0',
  /** The value is a header with several lines. */
  repeated: '2',
  secret: 's',
  /** The value equals the subject of the caller. */
  subject: '=',
  /** The value is a collection or record that contains the subject of the caller. */
  holdsSubject: '+',
  value: '1',
} as const

export function readPart(part: ReadPart, caller: Facts, request: DecisionRequest, subject: string | null): string {
  if (part.at[0] === 'body' && request.body === undefined) return PART.notAsked
  const value = valueIn(part, caller, request)
  if (value === undefined) return part.header !== null && request.headers.count(part.header) > 1 ? PART.repeated : PART.absent
  if (part.isLookedInto && holdsSecret(value)) return PART.secret
  const how = value === subject ? PART.subject : holds(value, subject) ? PART.holdsSubject : PART.value
  return `${how}${jsonText(value, part.type, MOST_OF_ONE) ?? ''}`
}

/**
 * Returns the texts whose hashes an audit record holds for a value, as a JSON list: one text for each element of a list or set,
 * or one for the value itself. Returns an empty text if there are too many or one is too long.
 */
export function textsOfPart(part: ReadPart, caller: Facts, request: DecisionRequest): string {
  const { type } = part
  const value = valueIn(part, caller, request)
  const isList = typeof type === 'object' && ('list' in type || 'set' in type)
  if (!isList) return listOf([hashedText(value, type)])
  const of = 'list' in type ? type.list : type.set
  const texts: (string | null)[] = []
  for (const element of value as Iterable<unknown>) {
    if (texts.length >= MOST_HASHES) return ''
    texts.push(hashedText(element, of))
  }
  return listOf(texts)
}

function listOf(texts: readonly (string | null)[]): string {
  return texts.includes(null) ? '' : JSON.stringify(texts)
}

/** Returns the text to hash: a text itself, as elsewhere in records, and the JSON of other values. */
function hashedText(value: unknown, type: ReadType): string | null {
  if (typeof value !== 'string') return jsonText(value, type, MOST_OF_ONE)
  return stringText(value, MOST_OF_ONE) === null ? null : value
}

/** Returns whether a value is the subject or contains it, under any name. */
function holds(value: unknown, subject: string | null): boolean {
  if (subject === null) return false
  if (typeof value !== 'object' || value === null) return value === subject
  if (value instanceof Map) return [...value].some(([key, member]) => key === subject || holds(member, subject))
  const members = Array.isArray(value) || value instanceof Set ? [...value] : Object.values(value)
  return members.some((member) => holds(member, subject))
}

function valueIn({ at, header }: ReadPart, { caller, auth }: Facts, asked: DecisionRequest): unknown {
  if (header !== null) return asked.headers.get(header)
  switch (at[0]) {
    case 'caller':
      return (caller as Readonly<Record<string, unknown>> | null)?.[propertyName(at[1] as string)]
    case 'auth':
      return authIn(at[1] as string, auth)
    case 'connection':
      return asked.mtls ?? undefined
    default: {
      let value: unknown = at[0] === 'query' ? asked.query : asked.body
      for (let i = 1; i < at.length && value !== undefined && value !== null; i++)
        value = (value as Readonly<Record<string, unknown>>)[propertyName(at[i] as string)]
      return value ?? undefined
    }
  }
}

function authIn(name: string, { time, acr, mfa }: Facts['auth']): unknown {
  if (name === 'mfa') return mfa
  return (name === 'time' ? time : acr) ?? undefined
}
