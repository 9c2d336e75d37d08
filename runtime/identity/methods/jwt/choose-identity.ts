import type { Refused } from '../../authentication.ts'
import type { IssuerKeys } from '../../jose/index.ts'
import type { Addressed } from '../../method.ts'
import { mismatch, oneOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { audiencesOf, type Claims } from '../../token/claim-types.ts'
import type { JwtConfig } from './jwt-config.ts'
import { PROFILES } from './profiles.ts'
import { trustDomainIn } from './workload-tokens.ts'

export interface IdentityCandidate {
  readonly name: string
  readonly config: JwtConfig
  readonly keys: IssuerKeys
}

/**
 * Identities of the method `jwt`, of which one is selected by the unverified issuer and audience of a token. Only the
 * configuration of that identity then decides whether the token is valid.
 */
export class ChooseIdentity {
  readonly #byIssuer: ReadonlyMap<string, readonly IdentityCandidate[]>
  readonly #byTrustDomain: ReadonlyMap<string, readonly IdentityCandidate[]>

  constructor(candidates: readonly IdentityCandidate[]) {
    this.#byIssuer = grouped(candidates, ({ config }) => config.issuer)
    this.#byTrustDomain = grouped(candidates, ({ config }) => config.trustDomain)
  }

  of(claims: Claims): IdentityCandidate | Refused {
    const candidates = this.#ofIssuer(claims)
    if (candidates === undefined)
      return refuseCredential('issuer', mismatch('iss', claims.iss, oneOf([...this.#byIssuer.keys()])))
    const fitting = candidates.filter((candidate) => isFor(candidate, claims))
    if (fitting.length > 1) return refuseCredential('audience-ambiguous', mismatch('aud', claims.aud, audiencesIn(candidates)))
    const [chosen] = fitting
    if (chosen === undefined) return refuseCredential('audience', wrongAudience(candidates, claims))
    const { audience, profile } = chosen.config
    const isForOthers = audiencesOf(claims)?.some((one) => !audience.includes(one)) === true
    if (isForOthers && !PROFILES[profile].otherAudiences)
      return refuseCredential('audience-others', mismatch('aud', claims.aud, `no other than ${oneOf(audience)}`))
    return chosen
  }

  /**
   * Returns whether a token with these claims is meant for one of the identities, or at least comes from an issuer of one.
   *
   * @param claims claims of the token, or `null` if its payload is unreadable
   */
  addressed(claims: Claims | null): Addressed {
    const candidates = claims === null ? undefined : this.#ofIssuer(claims)
    if (claims === null || candidates === undefined) return 'no'
    return candidates.some((candidate) => isFor(candidate, claims)) ? 'yes' : 'issuer'
  }

  /** A JWT-SVID may lack `iss`; then its trust domain chooses (JWT-SVID, section 3). */
  #ofIssuer({ iss, sub }: Claims): readonly IdentityCandidate[] | undefined {
    if (iss === undefined) return this.#byTrustDomain.get(trustDomainIn(sub) ?? '')
    return typeof iss === 'string' ? this.#byIssuer.get(iss) : undefined
  }
}

function isFor({ config }: IdentityCandidate, claims: Claims): boolean {
  const { value } = PROFILES[config.profile].audienceIn(claims)
  return audiencesOf({ aud: value })?.some((audience) => config.audience.includes(audience)) === true
}

function wrongAudience(candidates: readonly IdentityCandidate[], claims: Claims): ReturnType<typeof mismatch> {
  const [first] = candidates
  const { claim, value } = PROFILES[first?.config.profile ?? 'rfc9068'].audienceIn(claims)
  return mismatch(claim, value, audiencesIn(candidates))
}

function audiencesIn(candidates: readonly IdentityCandidate[]): string {
  return oneOf(candidates.flatMap(({ config }) => config.audience))
}

function grouped(
  candidates: readonly IdentityCandidate[],
  by: (one: IdentityCandidate) => string | null,
): Map<string, IdentityCandidate[]> {
  const groups = new Map<string, IdentityCandidate[]>()
  for (const candidate of candidates) {
    const key = by(candidate)
    if (key !== null) groups.set(key, [...(groups.get(key) ?? []), candidate])
  }
  return groups
}
