import type { SecretRef } from '../../base/secret.ts'
import { isObject } from '../../base/values.ts'
import { createIssuerKeys, type IssuerKeys, JWS_ALGORITHMS, type JwsAlgorithm, readTypedJws, signer } from '../jose/index.ts'
import type { MethodDeps } from '../method.ts'
import type { Revoked } from '../revocation/revocation.ts'
import { audiencesOf, isDate, isText } from '../token/claim-types.ts'
import { revokedBy } from './event-subjects.ts'

/** Configuration of the trusted sender of security events about the subjects of one identity. */
export interface EventsConfig {
  /** Expected `iss` of the events, compared byte for byte. */
  readonly issuer: string
  /** Expected `iss` of the subjects that the events name: the issuer of the identity. */
  readonly subjectIssuer: string
  readonly audience: string
  /** URL of the sender's key set, or `null` to take it from the metadata of the issuer. */
  readonly jwks: string | null
  /** Accepted signature algorithms, or `null` for all asymmetric algorithms. */
  readonly algorithms: readonly JwsAlgorithm[] | null
  /** Tolerated difference between the clocks of sender and proxy, in milliseconds. */
  readonly clockSkew: number
  readonly staleKeys: number
  /** Bearer token that the sender must present, or `null` if its signature alone authenticates it. */
  readonly token: SecretRef | null
}

/** Error code for a rejected security event, which the sender receives (RFC 8935, section 2.4). */
export type EventError = 'invalid_request' | 'invalid_key' | 'invalid_issuer' | 'invalid_audience'

export type CheckedEvent =
  | {
      readonly ok: true
      /** Subjects and sessions that the event revokes; empty if it revokes nothing. */
      readonly revoked: readonly Revoked[]
      /** Time in milliseconds since 1970. Sessions and credentials that began later are not revoked. */
      readonly before: number
      readonly jti: string
      /** Milliseconds for which the ID of the event must be remembered, as the sender may deliver the event again. */
      readonly remember: number
      /** URIs of the event types in the token that lead to revocations. */
      readonly events: readonly string[]
    }
  | { readonly ok: false; readonly error: EventError; readonly description: string }
  | { readonly ok: false; readonly error: 'unavailable'; readonly description: string }

export type SecurityEventsDeps = Pick<MethodDeps, 'clock' | 'monotonic' | 'log' | 'fetchOf' | 'fetchTimeout'>

const CAEP = 'https://schemas.openid.net/secevent/caep/event-type/'
const RISC = 'https://schemas.openid.net/secevent/risc/event-type/'

/** Event types that end everything of their subject, each with a condition. */
const ENDING: Readonly<Record<string, (event: Readonly<Record<string, unknown>>) => boolean>> = {
  [`${CAEP}session-revoked`]: () => true,
  // An additional credential does not invalidate others.
  [`${CAEP}credential-change`]: ({ change_type: change }) => change !== 'create',
  [`${RISC}sessions-revoked`]: () => true,
  [`${RISC}account-disabled`]: () => true,
  [`${RISC}account-purged`]: () => true,
}

/** Maximum seconds since issue: a sender that cannot reach the proxy retries for a while. */
const MAX_AGE = 86_400
const MOST_EVENTS = 10

interface Source {
  readonly config: EventsConfig
  readonly keys: IssuerKeys
}

/** A validator of security event tokens (RFC 8417; Shared Signals Framework 1.0, section 4). */
export class SecurityEvents {
  readonly #sources: ReadonlyMap<string, Source>
  readonly #clock: () => number

  constructor(configs: Readonly<Record<string, EventsConfig>>, deps: SecurityEventsDeps) {
    this.#clock = deps.clock
    this.#sources = new Map(
      Object.entries(configs).map(([identity, config]) => [
        identity,
        { config, keys: createIssuerKeys(config, { ...deps, fetch: deps.fetchOf(identity) }) },
      ]),
    )
  }

  async check(identity: string, text: string): Promise<CheckedEvent> {
    const source = this.#sources.get(identity)
    if (source === undefined) throw new Error(`no \`events\` are configured for the identity \`${identity}\``)
    const { config, keys } = source
    // RFC 8417, section 2.3, recommends `typ`. Without it, any other token of the issuer could be used here.
    const token = readTypedJws(text, 'secevent+jwt')
    if (typeof token === 'string') return no('invalid_request', token)
    const { payload, alg, kid } = token
    if (payload.iss !== config.issuer) return no('invalid_issuer', 'the `iss` is not the configured sender')
    if (!audiencesOf(payload)?.includes(config.audience))
      return no('invalid_audience', 'the `aud` does not contain the configured audience')
    if (!(config.algorithms ?? JWS_ALGORITHMS).includes(alg as JwsAlgorithm))
      return no('invalid_key', 'the configuration does not allow the `alg`')
    const key = await signer(text, { alg: alg as JwsAlgorithm, kid }, keys)
    if (key === 'identity-provider-unavailable')
      return { ok: false, error: 'unavailable', description: 'the keys of the sender are unavailable at the moment' }
    if (typeof key === 'string') return no('invalid_key', 'none of the keys of the sender has signed it')
    return this.#claims(payload, identity, config)
  }

  #claims(payload: Readonly<Record<string, unknown>>, identity: string, config: EventsConfig): CheckedEvent {
    const { iat, jti, events } = payload
    const [now, skew] = [this.#clock() / 1000, config.clockSkew / 1000]
    if (!isDate(iat) || iat > now + skew || iat + MAX_AGE + skew <= now)
      return no('invalid_request', '`iat` is missing, in the future, or too old')
    if (!isText(jti)) return no('invalid_request', '`jti` is missing')
    // Shared Signals Framework 1.0, sections 4.1.3 and 4.1.7: keeps event tokens and other tokens apart.
    for (const name of ['exp', 'sub', 'nonce'])
      if (Object.hasOwn(payload, name)) return no('invalid_request', `it has \`${name}\`, which events must not have`)
    if (!isObject(events)) return no('invalid_request', '`events` is missing')
    const all = Object.entries(events)
    if (all.length === 0 || all.length > MOST_EVENTS || !all.every(([, event]) => isObject(event)))
      return no('invalid_request', `\`events\` must contain from 1 to ${MOST_EVENTS} objects`)
    const revoked: Revoked[] = []
    const obeyed: string[] = []
    for (const [name, event] of all as [string, Readonly<Record<string, unknown>>][]) {
      if (!Object.hasOwn(ENDING, name) || !ENDING[name]?.(event)) continue
      // Earlier drafts put the subject in the event.
      const subjects = [payload.sub_id, event.subject].filter((one) => one !== undefined)
      if (subjects.length !== 1) return no('invalid_request', 'it must have one subject: `sub_id`, or `subject` of the event')
      const found = revokedBy(subjects[0], identity, config.subjectIssuer)
      if (typeof found === 'string') return no('invalid_request', found)
      revoked.push(...found)
      obeyed.push(name)
    }
    // A clock that is behind must not spare sessions that the event means.
    const before = Math.round(Math.min(now, iat + skew) * 1000)
    const remember = Math.ceil((iat + MAX_AGE + 2 * skew - now) * 1000)
    return { ok: true, revoked, before, jti, remember, events: obeyed }
  }
}

function no(error: EventError, description: string): CheckedEvent {
  return { ok: false, error, description }
}
