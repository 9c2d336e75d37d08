import { isObject } from '../../base/values.ts'
import type { Revoked } from '../revocation/revocation.ts'
import { isText } from '../token/claim-types.ts'

type Members = Readonly<Record<string, unknown>>

/**
 * What a subject of an event (RFC 9493; Shared Signals Framework 1.0, section 3) means here. A sentence: why it means nothing.
 * Never an e-mail address or a telephone number: nobody has shown that who bears it at the sender is who bears it here.
 */
export function revokedBy(subject: unknown, identity: string, issuer: string): readonly Revoked[] | string {
  if (!isObject(subject)) return 'there is no subject'
  const { format } = subject
  if (format === 'complex') return byComplex(subject, identity, issuer)
  const sub = subOf(subject, issuer)
  if (typeof sub !== 'object') return sub
  const all: Revoked[] = [{ kind: 'subject', identity, subject: sub.id }]
  // It may be the session that is meant: no subject is called as one.
  if (format === 'opaque') all.push({ kind: 'provider-session', identity, sid: sub.id, subject: null })
  return all
}

/**
 * Of a user a session, where that is named; else all of the user, whatever else is named: then more ends than had to, and never
 * less.
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
  if (!isObject(subject)) return 'there is no subject'
  const { format, iss, sub, id } = subject
  switch (format) {
    case 'iss_sub':
      if (!isText(sub)) return 'the subject has no `sub`'
      return iss === issuer ? { id: sub } : 'the `iss` of the subject is not the issuer of the identity'
    case 'opaque':
      return isText(id) ? { id } : 'the subject has no `id`'
    default:
      return 'the format of the subject is none of `iss_sub`, `opaque` and `complex`'
  }
}
