import { isKeyId } from '../../identity/methods/api-key/key-text.ts'
import { newRevocation, type Revocation, type Revoked } from '../../identity/revocation/index.ts'
import type { Members } from './read-json-body.ts'

export interface WantedBy {
  /**
   * Names of the configured identities. Revocations for other names are rejected, because a mistyped name would revoke nothing.
   */
  readonly identities: readonly string[]
  readonly by: string
  readonly now: number
}

const DAY = 86_400_000
/** Default durations, longer than any session and most other credentials, and the maximum. */
const LASTS = { session: 30 * DAY, else: 400 * DAY, most: 3660 * DAY }
const MOST = { subject: 1024, reason: 500 }

const KINDS = ['subject', 'session', 'credential', 'identity'] as const
const KNOWN: readonly string[] = [...KINDS, 'before', 'until', 'reason']

/** Parses the body of a revocation request. Returns an error message if it is invalid. */
export function wantedRevocation(body: Members, { identities, by, now }: WantedBy): Revocation | string {
  const unknown = Object.keys(body).find((name) => !KNOWN.includes(name))
  if (unknown !== undefined) return `unknown member ${quoted(unknown)}`
  const [kind, ...others] = KINDS.filter((name) => Object.hasOwn(body, name))
  if (kind === undefined || others.length > 0) return `give exactly one of ${KINDS.map(quoted).join(', ')}`
  const what = readWhat(kind, body[kind], identities)
  if (typeof what === 'string') return what
  const isWhole = kind === 'session' || kind === 'credential'
  if (isWhole && Object.hasOwn(body, 'before')) return '`before` is only allowed with `subject` or `identity`'
  const before = isWhole ? null : readTime(body.before, now)
  if (before !== null && (Number.isNaN(before) || before > now))
    return '`before` must be a time in the past, such as `2026-03-02T09:00:00Z`'
  const until = readTime(body.until, now + (kind === 'session' ? LASTS.session : LASTS.else))
  if (Number.isNaN(until) || until <= now || until > now + LASTS.most)
    return `\`until\` must be a time from now to ${LASTS.most / DAY} days later, such as \`2026-03-02T09:00:00Z\``
  const { reason = null } = body
  if (reason !== null && !(typeof reason === 'string' && reason !== '' && reason.length <= MOST.reason))
    return `\`reason\` must be a string of at most ${MOST.reason} characters`
  return newRevocation({ what, before, until, reason, by, made: now })
}

function readWhat(kind: (typeof KINDS)[number], value: unknown, identities: readonly string[]): Revoked | string {
  switch (kind) {
    case 'subject':
      return readSubject(value, identities)
    case 'identity':
      if (typeof value !== 'string' || !identities.includes(value)) return '`identity` must be an identity of the configuration'
      return { kind, identity: value }
    case 'session':
      if (typeof value !== 'string' || !/^[\w-]{22}$/.test(value))
        return '`session` must be the id of a session, as audit records and the page `/.iap/` show it'
      return { kind, id: value }
    case 'credential': {
      const id = typeof value === 'string' ? credentialId(value) : null
      if (id === null)
        return '`credential` must be an id as audit records show it, a SHA-256 in base64url, or the id of an API key'
      return { kind, id }
    }
  }
}

function readSubject(value: unknown, identities: readonly string[]): Revoked | string {
  if (typeof value !== 'object' || value === null || Object.keys(value).toSorted().join() !== 'identity,sub')
    return '`subject` must be an object with only `identity` and `sub`'
  const { identity, sub } = value as Members
  if (typeof identity !== 'string' || !identities.includes(identity))
    return '`subject.identity` must be an identity of the configuration'
  if (typeof sub !== 'string' || sub === '' || sub.length > MOST.subject)
    return `\`subject.sub\` must be a string of at most ${MOST.subject} characters`
  return { kind: 'subject', identity, subject: sub }
}

function credentialId(text: string): string | null {
  if (isKeyId(text)) return text
  return /^[\w-]{22}(?:[\w-]{21})?$/.test(text) ? text.slice(0, 22) : null
}

/** Returns milliseconds since 1970; NaN if it is invalid. */
function readTime(value: unknown, otherwise: number): number {
  if (value === undefined) return otherwise
  return typeof value === 'string' && TIME.test(value) ? Date.parse(value) : Number.NaN
}

/** RFC 3339, section 5.6. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/

function quoted(name: string): string {
  return `\`${name.slice(0, 50)}\``
}
