import type { Refused } from '../../authentication.ts'
import type { Verified } from '../../credential.ts'
import { createIssuerKeys, type IssuerKeys, MAX_TOKEN, payloadIn, readCompactJws, signer } from '../../jose/index.ts'
import { type IdentityMethod, type MethodDeps, type Verifier, verifierContext } from '../../method.ts'
import { expiredAt, mismatch } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { readAuthentication } from '../../token/read-authentication.ts'
import { readToken } from '../../token/read-token.ts'
import { senderOf } from '../../token/sender.ts'
import { checkTokenClaims } from './check-token-claims.ts'
import { checkTokenHeader } from './check-token-header.ts'
import { ChooseIdentity, type IdentityCandidate } from './choose-identity.ts'
import type { JwtConfig } from './jwt-config.ts'

/**
 * Authentication method for JWTs (RFC 9068, RFC 7519): bearer tokens (RFC 6750) and sender-constrained tokens (RFC 8705, RFC
 * 9449).
 */
export const jwt: IdentityMethod<JwtConfig> = { prepare }

function prepare(identities: ReadonlyMap<string, JwtConfig>, deps: MethodDeps): Verifier {
  const sources = new Map<string, IssuerKeys>()
  const candidates: IdentityCandidate[] = []
  for (const [name, config] of identities) {
    const { issuer, jwks, staleKeys, tls } = config
    const source = JSON.stringify([issuer, jwks, staleKeys, tls?.ca?.file])
    const keys = sources.get(source) ?? createIssuerKeys({ issuer, jwks, staleKeys }, { ...deps, fetch: deps.fetchOf(name) })
    sources.set(source, keys)
    candidates.push({ name, config, keys })
  }
  const choice = new ChooseIdentity(candidates)

  async function verify({ text }: { readonly text: string }): Promise<Verified | Refused> {
    const token = readCompactJws(text)
    if (token === null) return refuseCredential('token-malformed', mismatch('token', formOf(text), 'a JWT: three parts, signed'))
    const { header, payload } = token
    const candidate = choice.of(payload)
    if ('kind' in candidate) return candidate
    const { name, config, keys } = candidate
    const checked = checkTokenHeader(token, config)
    if ('kind' in checked) return checked
    const now = deps.clock() / 1000
    const validity = checkTokenClaims(header, payload, config, now)
    if ('kind' in validity) return validity
    const sender = senderOf(payload, config.dpop, deps, false)
    if (sender !== null && 'kind' in sender) return sender
    const key = await signer(text, checked, keys)
    if (key === 'unknown-key') return refuseCredential(key, mismatch('kid', checked.kid, keys.describe()))
    if (key === 'signature') return refuseCredential(key, mismatch('kid', checked.kid, `a signature by ${keys.describe()}`))
    if (typeof key === 'string') return refuseCredential(key)
    const then = deps.clock() / 1000
    if (then >= validity.until) return refuseCredential('expired', expiredAt('exp', payload.exp, then, true))
    const auth = readAuthentication(payload, now, config.clockSkew / 1000, config.mfa)
    return { identity: name, ...validity, claims: payload, auth, sender, holds: keys.holds(key) }
  }

  return {
    context: verifierContext(identities, described),
    read: readToken,
    addressed: ({ text }) => choice.addressed(payloadIn(text)),
    verify,
    status: () => [...sources.values()].map((keys) => keys.status()),
  }
}

/** Describes a text that is not a JWT without quoting it. */
function formOf(text: string): string {
  const parts = text.split('.').length
  if (text.length > MAX_TOKEN) return `more than ${MAX_TOKEN} characters`
  if (parts === 5) return 'five parts: an encrypted token (JWE)'
  return parts === 3
    ? 'three parts that are no JSON in base64url, or have a name twice'
    : `${parts} part${parts === 1 ? '' : 's'}`
}

/** Returns all that verification depends on, as a context for caches. A field that is forgotten here does not compile. */
function described(config: JwtConfig): readonly unknown[] {
  const { issuer, audience, algorithms, profile, trustDomain, jwks, tls, clockSkew, staleKeys, dpop, mfa, ...rest } = config
  rest satisfies Record<string, never>
  const verified = [issuer, audience, algorithms, profile, trustDomain, jwks, tls?.ca?.file, clockSkew, staleKeys]
  return [...verified, dpop.required, dpop.nonce, mfa.amr, mfa.acr]
}
