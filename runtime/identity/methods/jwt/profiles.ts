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

/** What a profile requires of a token, beyond `iss`, `aud`, `sub`, `exp`, `iat` and the signature. */
export interface Profile {
  /** Values of the header's `typ`, as media types without `application/`; null: it may be absent. */
  readonly types: readonly (string | null)[]
  /** Claims that must be non-empty strings. */
  readonly required: readonly string[]
  /** Whether a token may name other audiences beside those of the configuration. */
  readonly otherAudiences: boolean
  /** Whom a token is for. */
  audienceIn(claims: Claims): { readonly claim: string; readonly value: unknown }
  /** Why a token is of another kind than those that the profile is for; null: it is of the right kind. */
  kindProblem(claims: Claims, header: Claims, config: JwtConfig): KindProblem | null
}

/** One row a profile. `docs/identity-jwt.md` has the same table, and a test compares them. */
export const PROFILES: Readonly<Record<JwtProfile, Profile>> = {
  /** RFC 9068, section 2.2: `typ` says what it is. */
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

/** An access token of Cognito has no `aud`: whom it is for is the client that it was issued to. */
function audOrClient(claims: Claims): { readonly claim: string; readonly value: unknown } {
  const { token_use, client_id } = claims
  const isCognito = !Object.hasOwn(claims, 'aud') && token_use === 'access' && isText(client_id)
  return isCognito ? { claim: 'client_id', value: client_id } : aud(claims)
}

function notAccessToken(claims: Claims, { typ }: Claims): KindProblem | null {
  // Checked before: what is left of it besides this are `JWT` and nothing.
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
