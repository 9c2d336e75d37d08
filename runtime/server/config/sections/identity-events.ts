import type { ConfigPath } from '../../../base/config-error.ts'
import type { EventsConfig } from '../../../identity/events/security-events.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawConfig, RawIdentity } from '../raw-config.ts'
import { checkIssuerUrl } from './identities.ts'
import { items, type Reading, readDuration } from './reading.ts'
import { record } from './record.ts'
import { readSecretRef } from './secret-ref.ts'

/** Reads the security event settings of all identities. Events come from an identity's issuer or another sender. */
export function readEvents({ identities = {} }: RawConfig, reading: Reading): Readonly<Record<string, EventsConfig>> {
  return record(
    Object.entries(identities).flatMap(([name, identity]) => {
      const read = readOne(identity ?? {}, ['identities', name], reading)
      return read === null ? [] : [[name, read] as const]
    }),
  )
}

function readOne(raw: RawIdentity, path: ConfigPath, reading: Reading): EventsConfig | null {
  const { events, issuer, jwks } = raw
  if (events === undefined) return null
  const at = [...path, 'events']
  if (!('issuer' in raw)) reading.problem(at, `${named(at)} needs \`issuer\`: the issuer of the subjects of events`, true)
  if ('issuer' in events && !('jwks' in events))
    reading.problem(at, `${named(at)} needs \`jwks\`: the keys of a sender other than the issuer cannot be discovered`, true)
  checkIssuerUrl(events.issuer, [...at, 'issuer'], reading)
  checkIssuerUrl(events.jwks, [...at, 'jwks'], reading)
  const algorithms = items(raw.algorithms, [...path, 'algorithms'])
  return {
    issuer: events.issuer ?? issuer ?? '',
    subjectIssuer: issuer ?? '',
    audience: events.audience ?? '',
    jwks: events.jwks ?? jwks ?? null,
    // The identity's algorithms apply to its issuer's tokens.
    algorithms: algorithms.length === 0 || 'issuer' in events ? null : algorithms.map(([name]) => name),
    clockSkew: readDuration(raw.clockSkew, [...path, 'clockSkew'], { otherwise: '30s', most: '5m' }, quiet(reading)),
    staleKeys: readDuration(raw.staleKeys, [...path, 'staleKeys'], { otherwise: '1h', most: '7d' }, quiet(reading)),
    token: events.token === undefined ? null : readSecretRef(events.token, reading),
  }
}

/** The identity reports problems of its own keys. */
function quiet(reading: Reading): Reading {
  return { ...reading, problem: () => {} }
}
