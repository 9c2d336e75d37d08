import { type Mismatch, mismatch } from '../../mismatch.ts'
import type { CredentialRefusalCode } from '../../refusals.ts'
import { type Claims, isText } from '../../token/claim-types.ts'
import { foreignKind } from '../../token/token-kind.ts'
import { ACCESS_TOKEN_MARKS } from './access-token-marks.ts'
import type { JwtConfig, JwtProfile } from './jwt-config.ts'
import { workloadTokenOf } from './workload-tokens.ts'

export interface KindProblem {
  readonly code: CredentialRefusalCode
  readonly mismatch: Mismatch
}

/**
 * What a token must satisfy if the configuration of its identity has a certain `profile`. Checks of `iss`, `aud`, `sub`, `exp`,
 * `iat` and the signature are common to all profiles.
 */
export interface Profile {
  /** Accepted values of the header parameter `typ`, without `application/`. `null` in the list accepts tokens without `typ`. */
  readonly types: readonly (string | null)[]
  /** Names of the claims that must be non-empty strings, in addition to `sub`. */
  readonly required: readonly string[]
  /** Whether a token's `aud` may also contain audiences that the configuration does not list. */
  readonly otherAudiences: boolean
  /** Returns name and value of the claim that holds the token's audience: `aud`, or `client_id` for tokens of Cognito. */
  audienceIn(claims: Claims): { readonly claim: string; readonly value: unknown }
  /** Returns the refusal of a token that is not of the required kind, such as an ID token; otherwise `null`. */
  kindProblem(claims: Claims, header: Claims, config: JwtConfig): KindProblem | null
}

/**
 * Requirements for tokens of each profile (`rfc9068`, `jwt` and `workload`). A test compares them with the table in
 * `docs/reference/identities/jwt.md`.
 */
export const PROFILES: Readonly<Record<JwtProfile, Profile>> = {
  /** Profile of RFC 9068, section 2.2, in which `typ` marks access tokens. */
  rfc9068: {
    types: ['at+jwt'],
    required: ['client_id', 'jti'],
    otherAudiences: true,
    audienceIn: aud,
    kindProblem: () => null,
  },
  jwt: {
    types: ['at+jwt', 'JWT', null],
    required: [],
    otherAudiences: true,
    audienceIn: audOrClient,
    kindProblem: notAccessToken,
  },
  workload: { types: ['JWT', 'JOSE', null], required: [], otherAudiences: false, audienceIn: aud, kindProblem: notWorkload },
}

function aud({ aud: value }: Claims): { readonly claim: string; readonly value: unknown } {
  return { claim: 'aud', value }
}

/** Cognito access tokens have no `aud`; their audience is the client that they were issued to. */
function audOrClient(claims: Claims): { readonly claim: string; readonly value: unknown } {
  const { token_use, client_id } = claims
  const isCognito = !Object.hasOwn(claims, 'aud') && token_use === 'access' && isText(client_id)
  return isCognito ? { claim: 'client_id', value: client_id } : aud(claims)
}

function notAccessToken(claims: Claims, { typ }: Claims): KindProblem | null {
  // Types are checked before: the others are `JWT` and none.
  if (typeof typ === 'string' && /at\+jwt$/i.test(typ)) return null
  const foreign = foreignKind(claims, false)
  if (foreign !== null) return { code: 'not-an-access-token', mismatch: foreign }
  if (ACCESS_TOKEN_MARKS.some(({ isIn }) => isIn(claims))) return null
  const expected = ACCESS_TOKEN_MARKS.map(({ mark }) => mark).join('; ')
  return { code: 'not-an-access-token', mismatch: mismatch('profile', Object.keys(claims).sort(), `jwt: ${expected}`) }
}

function notWorkload(claims: Claims, header: Claims, config: JwtConfig): KindProblem | null {
  const problem = foreignKind(claims, false) ?? workloadTokenOf(config).problem(claims, header, config)
  return problem && { code: 'not-a-workload-token', mismatch: problem }
}
