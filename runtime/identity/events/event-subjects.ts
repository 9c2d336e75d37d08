import { isObject } from '../../base/values.ts'
import type { Revoked } from '../revocation/revocation.ts'
import { isText } from '../token/claim-types.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * Returns what a security event about `subject` revokes (RFC 9493; Shared Signals Framework 1.0, section 3), or a sentence why it
 * revokes nothing. E-mail addresses and telephone numbers are ignored because they may name another person at the sender than
 * here.
 */
export function revokedBy(subject: unknown, identity: string, issuer: string): readonly Revoked[] | string {
  if (!isObject(subject)) return 'the subject is missing'
  const { format } = subject
  if (format === 'complex') return byComplex(subject, identity, issuer)
  const sub = subOf(subject, issuer)
  if (typeof sub !== 'object') return sub
  const all: Revoked[] = [{ kind: 'subject', identity, subject: sub.id }]
  // It may mean the session: no user's subject is equal to it.
  if (format === 'opaque') all.push({ kind: 'provider-session', identity, sid: sub.id, subject: null })
  return all
}

/**
 * Returns the revocation of the session that an event names, or else of the user, whatever else it names. Too much may be
 * revoked, but never too little.
 */
function byComplex({ user, session }: Members, identity: string, issuer: string): readonly Revoked[] | string {
  const sub = user === undefined ? null : subOf(user, issuer)
  if (typeof sub === 'string') return sub
  if (session !== undefined) {
    const sid = subOf(session, issuer)
    if (typeof sid === 'string') return `of the session ${sid}`
    return [{ kind: 'provider-session', identity, sid: sid.id, subject: sub?.id ?? null }]
  }
  return sub === null ? 'it names neither a user nor a session' : [{ kind: 'subject', identity, subject: sub.id }]
}

function subOf(subject: unknown, issuer: string): { readonly id: string } | string {
  if (!isObject(subject)) return 'the subject is missing'
  const { format, iss, sub, id } = subject
  switch (format) {
    case 'iss_sub':
      if (!isText(sub)) return 'the subject has no `sub`'
      return iss === issuer ? { id: sub } : 'the `iss` of the subject is not the issuer of the identity'
    case 'opaque':
      return isText(id) ? { id } : 'the subject has no `id`'
    default:
      return 'the format of the subject must be `iss_sub`, `opaque` or `complex`'
  }
}
