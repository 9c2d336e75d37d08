/** Decodes claims and certificates. */

import type { AuthenticationFacts, DataSnapshot, Facts } from '../module.ts'
import { DecodeError, record, string } from './convert.ts'

type MakeFacts<T> = (claims: object, data: DataSnapshot, auth: AuthenticationFacts) => T

/**
 * Wraps a function of the policy module that computes a caller's facts from claims. The returned function has the same result, or
 * `null` if claims do not have their declared types. Roles are computed after decoding and never cause this.
 */
export function decoder(facts: MakeFacts<Facts>): MakeFacts<Facts | null> {
  return (claims, data, auth) => {
    try {
      return facts(record(claims), data, auth)
    } catch (error) {
      if (error instanceof DecodeError) return null
      throw error
    }
  }
}

/**
 * Returns the scopes in the value of a `scope` or `scp` claim as a list. A string is split at spaces (RFC 6749, section 3.3; RFC
 * 8693, section 4.2); another value is returned unchanged.
 */
export function scopes(value: unknown): unknown {
  return typeof value === 'string' ? value.split(' ').filter((word) => word !== '') : value
}

/** The parts of a SPIFFE ID. `path` begins with `/`. */
export interface SpiffeId {
  readonly id: string
  readonly trustDomain: string
  readonly path: string
}

/**
 * Parses a SPIFFE ID. It must have a path, as X.509-SVIDs of workloads have (SPIFFE-ID, section 2; X509-SVID, section 5.2).
 *
 * @throws DecodeError if it is invalid
 */
export function spiffe(value: unknown): SpiffeId {
  const id = string(value)
  if (id.length > 2048) throw new DecodeError()
  const match = /^spiffe:\/\/([a-z0-9._-]{1,255})((?:\/[A-Za-z0-9._-]+)+)$/.exec(id)
  if (match === null) throw new DecodeError()
  const [, trustDomain = '', path = ''] = match
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) throw new DecodeError()
  return { id, trustDomain, path }
}
