import { createHash } from 'node:crypto'
import type { IdentityMethod, MethodDeps, Verified, Verifier } from '../method.ts'
import { type RefusalCode, refuse } from '../refusals.ts'
import { audiencesOf } from '../token/claim-types.ts'
import { readCompactJws } from '../token/compact-jws.ts'
import { issuerIn } from '../token/issuer-in.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import { readToken } from '../token/read-token.ts'
import { senderOf } from '../token/sender.ts'
import { checkTokenClaims } from './check-token-claims.ts'
import { checkTokenHeader } from './check-token-header.ts'
import { createIssuerKeys, type IssuerKeys } from './issuer-keys.ts'
import type { JwtConfig } from './jwt-config.ts'
import { signer } from './signer.ts'

/** Access tokens that are JWTs (RFC 9068, RFC 7519), from bearers (RFC 6750) or whom they are bound to (RFC 8705, RFC 9449). */
export const jwt: IdentityMethod<JwtConfig> = { name: 'jwt', prepare }

interface Candidate {
  readonly name: string
  readonly config: JwtConfig
  readonly keys: IssuerKeys
}

function prepare(identities: ReadonlyMap<string, JwtConfig>, deps: MethodDeps): Verifier {
  const sources = new Map<string, IssuerKeys>()
  const byIssuer = new Map<string, Candidate[]>()
  for (const [name, config] of identities) {
    const { issuer, jwks, staleKeys } = config
    const source = JSON.stringify([issuer, jwks, staleKeys])
    const keys = sources.get(source) ?? createIssuerKeys({ issuer, jwks, staleKeys }, deps)
    sources.set(source, keys)
    byIssuer.set(issuer, [...(byIssuer.get(issuer) ?? []), { name, config, keys }])
  }

  async function verify({ text }: { readonly text: string }): Promise<Verified | ReturnType<typeof refuse>> {
    const token = readCompactJws(text)
    if (token === null) return refuse('token-malformed')
    const { header, payload } = token
    const candidate = choose(byIssuer, payload)
    if (typeof candidate === 'string') return refuse(candidate)
    const { name, config, keys } = candidate
    const checked = checkTokenHeader(token, config)
    if (typeof checked === 'string') return refuse(checked)
    const now = deps.clock() / 1000
    const validity = checkTokenClaims(header, payload, config, now)
    if (typeof validity === 'string') return refuse(validity)
    const sender = senderOf(payload, config.dpop, deps)
    if (typeof sender === 'string') return refuse(sender)
    const key = await signer(text, checked, keys)
    if (typeof key === 'string') return refuse(key)
    // The issuer may have been slow.
    if (deps.clock() / 1000 >= validity.until) return refuse('expired')
    const auth = readAuthentication(payload, now, config.clockSkew / 1000, config.mfa)
    return { identity: name, ...validity, claims: payload, auth, sender, holds: () => keys.holds(key) }
  }

  return {
    context: fingerprint(identities),
    read: readToken,
    // Of a JWT nothing but its issuer is asked: what is one of ours, and no good, is no other's.
    passes: ({ text }) => !byIssuer.has(issuerIn(text) ?? ''),
    verify,
    status: () => [...sources.values()].map((keys) => keys.status()),
  }
}

/**
 * Whose token it says it is: by `iss` and `aud`, which are not verified yet. The identity that is chosen so is the only one by whose
 * configuration it is then verified.
 */
function choose(
  byIssuer: ReadonlyMap<string, readonly Candidate[]>,
  payload: Readonly<Record<string, unknown>>,
): Candidate | RefusalCode {
  const { iss } = payload
  const candidates = typeof iss === 'string' ? byIssuer.get(iss) : undefined
  if (candidates === undefined) return 'issuer'
  const audiences = audiencesOf(payload)
  const fitting = candidates.filter(({ config }) => audiences?.some((audience) => config.audience.includes(audience)))
  if (fitting.length > 1) return 'audience-ambiguous'
  return fitting[0] ?? 'audience'
}

function fingerprint(identities: ReadonlyMap<string, JwtConfig>): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, config]) => [name, ...described(config)])
  return createHash('sha256')
    .update(JSON.stringify(['jwt', all]))
    .digest('base64url')
}

/** A field that is forgotten here does not compile. */
function described(config: JwtConfig): readonly unknown[] {
  const { issuer, audience, algorithms, profile, jwks, clockSkew, staleKeys, dpop, mfa, ...rest } = config
  rest satisfies Record<string, never>
  return [issuer, audience, algorithms, profile, jwks, clockSkew, staleKeys, dpop.required, dpop.nonce, mfa.amr, mfa.acr]
}
