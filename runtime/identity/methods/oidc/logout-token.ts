import { isObject } from '../../../base/values.ts'
import type { IssuerDeps } from '../../credential.ts'
import { createIssuerKeys, type IssuerKeys, JWS_ALGORITHMS, type JwsAlgorithm, readTypedJws, signer } from '../../jose/index.ts'
import { audiencesOf, isDate, isText } from '../../token/claim-types.ts'
import type { OidcConfig } from './oidc-config.ts'
import type { ProviderDeps } from './provider.ts'

export type CheckedLogoutToken =
  | {
      readonly ok: true
      readonly identity: string
      /** ID of the session at the provider, or `null`. At least one of `sid` and `subject` is present. */
      readonly sid: string | null
      readonly subject: string | null
      readonly jti: string
      /** Time until which the token could be replayed, in milliseconds since 1970. */
      readonly until: number
    }
  | { readonly ok: false; readonly detail: string }

const EVENT = 'http://schemas.openid.net/event/backchannel-logout'
/** Maximum age of a logout token in seconds. It reports an event that has just happened. */
const MAX_AGE = 300

interface Candidate {
  readonly identity: string
  readonly config: OidcConfig
  readonly keys: IssuerKeys
}

/** A validator of logout tokens (OpenID Connect Back-Channel Logout 1.0, sections 2.4 and 2.6). */
export class LogoutTokens {
  readonly #candidates: readonly Candidate[]
  readonly #clock: () => number

  constructor(
    identities: ReadonlyMap<string, OidcConfig>,
    deps: ProviderDeps & Pick<IssuerDeps, 'fetchOf'> & { readonly clock: () => number },
  ) {
    const sources = new Map<string, IssuerKeys>()
    this.#clock = deps.clock
    this.#candidates = [...identities].map(([identity, config]) => {
      const { issuer, staleKeys, tls } = config
      const source = JSON.stringify([issuer, staleKeys, tls?.ca?.file])
      const keys =
        sources.get(source) ?? createIssuerKeys({ issuer, jwks: null, staleKeys }, { ...deps, fetch: deps.fetchOf(identity) })
      sources.set(source, keys)
      return { identity, config, keys }
    })
  }

  async check(text: string): Promise<CheckedLogoutToken> {
    // Section 2.4 recommends `typ`. Without it, any other token of the provider could be used here.
    const token = readTypedJws(text, 'logout+jwt')
    if (typeof token === 'string') return no(token)
    const { payload, alg, kid } = token
    const audiences = audiencesOf(payload)
    const found = this.#candidates.find(
      ({ config }) => config.issuer === payload.iss && audiences?.includes(config.clientId) === true,
    )
    if (found === undefined) return no('no identity of the configuration has its `iss` and `aud`')
    const { identity, config, keys } = found
    if (!(config.algorithms ?? JWS_ALGORITHMS).includes(alg as JwsAlgorithm))
      return no('the configuration does not allow the `alg`')
    const key = await signer(text, { alg: alg as JwsAlgorithm, kid }, keys)
    if (typeof key === 'string') return no(`its signature cannot be verified (${key})`)
    return this.#claims(payload, identity, config)
  }

  #claims(payload: Readonly<Record<string, unknown>>, identity: string, { clockSkew }: OidcConfig): CheckedLogoutToken {
    const { iat, exp, jti, events, sub, sid } = payload
    const [now, skew] = [this.#clock() / 1000, clockSkew / 1000]
    if (!isDate(iat) || iat > now + skew || iat + MAX_AGE + skew <= now) return no('`iat` is missing, in the future, or too old')
    if (exp !== undefined && (!isDate(exp) || exp + skew <= now)) return no('it has expired')
    if (!isText(jti)) return no('`jti` is missing')
    if (!isObject(events) || !Object.hasOwn(events, EVENT) || !isObject(events[EVENT])) return no('`events` has no logout event')
    // Section 2.4: keeps logout tokens and ID tokens apart.
    if (Object.hasOwn(payload, 'nonce')) return no('it has a `nonce`')
    if ((sub !== undefined && !isText(sub)) || (sid !== undefined && !isText(sid))) return no('`sub` or `sid` is not a string')
    if (sub === undefined && sid === undefined) return no('`sub` and `sid` are missing')
    return {
      ok: true,
      identity,
      sid: sid ?? null,
      subject: sub ?? null,
      jti,
      until: (iat + MAX_AGE + skew) * 1000,
    }
  }
}

function no(detail: string): { readonly ok: false; readonly detail: string } {
  return { ok: false, detail }
}
