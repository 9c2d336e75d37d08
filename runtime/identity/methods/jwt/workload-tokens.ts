import { isObject } from '../../../base/values.ts'
import { readCertificate } from '../../../policy/index.ts'
import { type Mismatch, mismatch, typeOf } from '../../mismatch.ts'
import { type Claims, isText } from '../../token/claim-types.ts'
import type { JwtConfig } from './jwt-config.ts'

type Source = Pick<JwtConfig, 'issuer' | 'trustDomain'>

/** A kind of tokens that a platform, such as Kubernetes or GitHub Actions, issues to its workloads for a given audience. */
export interface WorkloadToken {
  /** Name of the kind as the documentation spells it. */
  readonly name: string
  /** Returns whether an identity with this issuer and trust domain expects tokens of this kind. */
  isOf(source: Source): boolean
  /** Returns the first reason why a token is not of this kind, otherwise `null`. */
  problem(claims: Claims, header: Claims, source: Source): Mismatch | null
  readonly withoutIssuedAt?: boolean
}

/**
 * Kinds of workload tokens for the profile `workload`. The configuration, never the token, selects the first that matches; the
 * last matches any configuration.
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

export function trustDomainIn(sub: unknown): string | null {
  return isText(sub) ? (readCertificate({ spiffe_id: sub, dns_names: [] })?.trust_domain ?? null) : null
}

/**
 * Returns why a token is not a JWT-SVID, or `null` (JWT-SVID, sections 2.1 and 3.1). Keys must belong to one trust domain, or
 * they could sign for all.
 */
function notSvid({ sub }: Claims, { alg }: Claims, { trustDomain }: Source): Mismatch | null {
  if (!SVID_ALGORITHMS.test(String(alg))) return mismatch('alg', alg, 'one of RS256 to RS512, PS256 to PS512, ES256 to ES512')
  const seen = trustDomainIn(sub)
  if (seen === null) return mismatch('sub', 'not the SPIFFE ID of a workload', `spiffe://${trustDomain}/…`)
  return seen === trustDomain ? null : mismatch('trustDomain', seen, trustDomain as string)
}

const SVID_ALGORITHMS = /^(?:RS|PS|ES)(?:256|384|512)$/

/** Pattern of the issuers of GitHub: github.com with or without an enterprise path, GHE.com, and GitHub Enterprise Server. */
const GITHUB = /^https:\/\/(?:token\.actions\.(?:githubusercontent\.com(?:\/[^/]+)?|[^./]+\.ghe\.com)|[^/]+\/_services\/token)$/

/**
 * Returns why a token is not a GitHub Actions token, or `null`. Repositories can configure `sub`, but not the claims checked
 * here.
 */
function notGitHub({ repository, repository_owner: owner, workflow }: Claims): Mismatch | null {
  const parts = isText(repository) ? /^([^/]+)\/[^/]+$/.exec(repository) : null
  if (parts === null) return mismatch('repository', repository, 'OWNER/NAME')
  if (owner !== undefined && owner !== parts[1]) return mismatch('repository_owner', owner, 'the owner in `repository`')
  return isText(workflow) ? null : mismatch('workflow', typeOf(workflow), 'a non-empty string')
}

/**
 * Returns why a token is not of a Google service account, or `null`. Tokens of people have another domain or `azp`. If there is
 * no `email`, `azp` and `sub` are the ID of the account.
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

/**
 * Returns why a token is not a bound Kubernetes service account token, or `null`. Legacy tokens, from Secrets, have other
 * claims and neither audience nor expiry.
 */
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
