import { isObject } from '../../../base/values.ts'
import { readCertificate } from '../../../policy/index.ts'
import { type Mismatch, mismatch, typeOf } from '../../mismatch.ts'
import { type Claims, isText } from '../../token/claim-types.ts'
import type { JwtConfig } from './jwt-config.ts'

type Source = Pick<JwtConfig, 'issuer' | 'trustDomain'>

/** Tokens that one kind of platform issues to its workloads, bound to an audience. */
export interface WorkloadToken {
  /** As the documentation has it. */
  readonly name: string
  /** Whether it is this kind that an identity of the configuration accepts. */
  isOf(source: Source): boolean
  /** The first thing by which a token is not of this kind; null: it is. */
  problem(claims: Claims, header: Claims, source: Source): Mismatch | null
  /** Whether a token may lack `iat`. */
  readonly withoutIssuedAt?: boolean
}

/**
 * One row a kind, for the profile `workload`. The configuration says which kind an identity accepts, by its `trustDomain` or its
 * `issuer`; nothing in a token does. The first row that fits is the only one, and the last fits whatever is left.
 */
export const WORKLOAD_TOKENS: readonly WorkloadToken[] = [
  { name: 'JWT-SVID', isOf: ({ trustDomain }) => trustDomain !== null, problem: notSvid, withoutIssuedAt: true },
  { name: 'Google service account', isOf: ({ issuer }) => issuer === 'https://accounts.google.com', problem: notGoogle },
  { name: 'GitHub Actions', isOf: ({ issuer }) => GITHUB.test(issuer), problem: notGitHub },
  { name: 'Kubernetes service account', isOf: () => true, problem: notKubernetes },
]

export function workloadTokenOf(source: Source): WorkloadToken {
  return WORKLOAD_TOKENS.find(({ isOf }) => isOf(source)) as WorkloadToken
}

/** The trust domain of a SPIFFE ID of a workload; null: it is none. */
export function trustDomainIn(sub: unknown): string | null {
  return isText(sub) ? (readCertificate({ spiffe_id: sub, dns_names: [] })?.trust_domain ?? null) : null
}

/** JWT-SVID, sections 2.1 and 3.1. Without an own key for each trust domain, that of one would speak for all. */
function notSvid({ sub }: Claims, { alg }: Claims, { trustDomain }: Source): Mismatch | null {
  if (!SVID_ALGORITHMS.test(String(alg))) return mismatch('alg', alg, 'one of RS256 to RS512, PS256 to PS512, ES256 to ES512')
  const seen = trustDomainIn(sub)
  if (seen === null) return mismatch('sub', 'not the SPIFFE ID of a workload', `spiffe://${trustDomain}/…`)
  return seen === trustDomain ? null : mismatch('trustDomain', seen, trustDomain as string)
}

const SVID_ALGORITHMS = /^(?:RS|PS|ES)(?:256|384|512)$/

/** The hosted service, with the path of an enterprise or without; GHE.com; GitHub Enterprise Server. */
const GITHUB = /^https:\/\/(?:token\.actions\.(?:githubusercontent\.com(?:\/[^/]+)?|[^./]+\.ghe\.com)|[^/]+\/_services\/token)$/

/** What `sub` holds is the repository's to configure; these claims are not. */
function notGitHub({ repository, repository_owner: owner, workflow }: Claims): Mismatch | null {
  const parts = isText(repository) ? /^([^/]+)\/[^/]+$/.exec(repository) : null
  if (parts === null) return mismatch('repository', repository, 'OWNER/NAME')
  if (owner !== undefined && owner !== parts[1]) return mismatch('repository_owner', owner, 'the owner in `repository`')
  return isText(workflow) ? null : mismatch('workflow', typeOf(workflow), 'a non-empty string')
}

/**
 * An ID token of a service account, and none of a person: those have an address of another domain, or as `azp` the client that
 * they have signed in to. Without an address, `azp` is the account's unique ID, as `sub` is.
 */
function notGoogle({ sub, azp, email, email_verified: verified }: Claims): Mismatch | null {
  if (email === undefined)
    return azp === sub && /^[0-9]+$/.test(String(sub))
      ? null
      : mismatch('azp', azp, 'the unique ID of a service account, as in `sub`')
  const domain = isText(email) ? email.slice(email.lastIndexOf('@') + 1) : typeOf(email)
  if (!isText(email) || !/^[^@]+@[^@]+\.gserviceaccount\.com$/.test(email))
    return mismatch('email', domain, 'an address in a domain under gserviceaccount.com')
  return verified === true ? null : mismatch('email_verified', verified, 'true')
}

/** A bound service account token: an older one, of a Secret, has other claims, and neither an audience nor an end. */
function notKubernetes(claims: Claims): Mismatch | null {
  const bound = claims['kubernetes.io']
  if (!isObject(bound)) return mismatch('kubernetes.io', typeOf(bound), 'an object')
  const [, namespace, name] = /^system:serviceaccount:([^:]+):([^:]+)$/.exec(String(claims.sub)) ?? []
  if (namespace === undefined) return mismatch('sub', 'of another form', 'system:serviceaccount:NAMESPACE:NAME')
  if (bound.namespace !== namespace) return mismatch('kubernetes.io.namespace', typeOf(bound.namespace), 'the namespace in `sub`')
  const account = bound.serviceaccount
  if (!isObject(account) || account.name !== name)
    return mismatch('kubernetes.io.serviceaccount', typeOf(account), 'an object whose `name` is that in `sub`')
  return null
}
