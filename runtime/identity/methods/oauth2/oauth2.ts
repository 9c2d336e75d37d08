import type { CanonicalRequest } from '../../../../request/index.ts'
import type { Refused } from '../../authentication.ts'
import type { Credential, Verified } from '../../credential.ts'
import { MAX_TOKEN, payloadIn } from '../../jose/index.ts'
import { type Addressed, type IdentityMethod, type MethodDeps, type Verifier, verifierContext } from '../../method.ts'
import { mismatch, oneOf } from '../../mismatch.ts'
import { refuseCredential } from '../../refusals.ts'
import { audiencesOf, type Claims } from '../../token/claim-types.ts'
import { readAuthentication } from '../../token/read-authentication.ts'
import { readToken } from '../../token/read-token.ts'
import { senderOf } from '../../token/sender.ts'
import { checkAnswer } from './check-answer.ts'
import { createIssuerAnswers, type IssuerAnswers } from './issuer-answers.ts'
import { type OAuth2Config, sourceOf } from './oauth2-config.ts'

/** Authentication method for opaque access tokens, which are checked by introspection (RFC 7662). */
export const oauth2: IdentityMethod<OAuth2Config> = { prepare }

interface Candidate {
  readonly name: string
  readonly config: OAuth2Config
}

/** An introspection endpoint with the identities that it serves. */
interface Asked {
  readonly issuer: string
  readonly prefix: string | null
  readonly answers: IssuerAnswers
  readonly candidates: readonly Candidate[]
}

/** Seconds for which requests may last if the issuer does not state the token's expiry. */
const ENDLESS = 3600

function prepare(identities: ReadonlyMap<string, OAuth2Config>, deps: MethodDeps): Verifier {
  const asked = groups(identities).map(
    (candidates): Asked => ({
      issuer: candidates[0].config.issuer,
      prefix: candidates[0].config.prefix,
      answers: createIssuerAnswers(candidates[0].config, deps.clientOf(candidates[0].name), deps),
      candidates,
    }),
  )

  async function verify({ text }: Credential, { sourceIp }: CanonicalRequest): Promise<Verified | Refused> {
    if (text.length > MAX_TOKEN)
      return refuseCredential('token-malformed', mismatch('token', `${text.length} characters`, `at most ${MAX_TOKEN}`))
    if (!TOKEN.test(text))
      return refuseCredential('token-malformed', mismatch('token', 'other characters', 'those of RFC 6750, section 2.1'))
    // A token must not be disclosed to an issuer that it does not belong to, as far as that is visible.
    const claimed = payloadIn(text)?.iss
    const iss = typeof claimed === 'string' ? claimed : null
    const whom = asked.find(
      ({ prefix, issuer }) => (prefix === null || text.startsWith(prefix)) && (iss === null || iss === issuer),
    )
    if (whom === undefined)
      return refuseCredential('issuer', mismatch('iss', iss ?? undefined, oneOf(asked.map(({ issuer }) => issuer))))
    // Taken before the request: the issuer's state may change meanwhile.
    const [began, now] = [deps.monotonic(), deps.clock() / 1000]
    const answer = await whom.answers.ask(text, sourceIp)
    if (answer === 'inactive') return refuseCredential('inactive', INACTIVE)
    if (answer === 'busy') return refuseCredential('introspection-busy')
    if (answer === 'unavailable') return refuseCredential('identity-provider-unavailable')
    const { claims, size } = answer
    const candidate = choose(whom.candidates, claims)
    if ('kind' in candidate) return candidate
    const { name, config } = candidate
    const validity = checkAnswer(claims, config, deps.clock() / 1000)
    if ('kind' in validity) return validity
    const sender = senderOf(claims, config.dpop, deps, true)
    if (sender !== null && 'kind' in sender) return sender
    const { subject, issued, from, exp } = validity
    return {
      identity: name,
      subject,
      claims,
      size,
      auth: readAuthentication(claims, now, config.clockSkew / 1000, config.mfa),
      issued,
      from,
      until: Math.min(exp ?? Number.POSITIVE_INFINITY, now + config.cache / 1000),
      ends: exp === null ? now + ENDLESS : exp + config.clockSkew / 1000,
      sender,
      // Also bounded by a monotonic clock.
      holds: () => deps.monotonic() - began < config.cache,
    }
  }

  return {
    context: verifierContext(identities, described),
    read: readToken,
    addressed: ({ text }) => addressed(asked, text),
    verify,
    status: () => asked.map(({ answers }) => answers.status()),
  }
}

/**
 * Returns whether a JWT has the issuer and an audience of one of the identities. If an identity has no audience, nothing assigns
 * a token to it.
 */
function addressed(asked: readonly Asked[], text: string): Addressed {
  const claims = payloadIn(text)
  const audiences = claims && audiencesOf(claims)
  const isFor = asked.some(
    ({ issuer, prefix, candidates }) =>
      issuer === claims?.iss &&
      (prefix === null || text.startsWith(prefix)) &&
      candidates.some(({ config }) => audiences?.some((audience) => config.audience.includes(audience)) === true),
  )
  return isFor ? 'yes' : 'no'
}

const INACTIVE = mismatch('active', 'not true', 'true', true)

/** Pattern of a bearer token (RFC 6750, section 2.1). */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

type Group = [Candidate, ...Candidate[]]

/** Groups identities by server, client and token prefix. */
function groups(identities: ReadonlyMap<string, OAuth2Config>): readonly Group[] {
  const made = new Map<string, Group>()
  for (const [name, config] of identities) {
    const source = sourceOf(config)
    const group = made.get(source)
    if (group === undefined) made.set(source, [{ name, config }])
    else group.push({ name, config })
  }
  return [...made.values()]
}

/** Chooses an identity by `aud` among identities with the same issuer. A single identity checks its audience itself. */
function choose(candidates: readonly Candidate[], answer: Claims): Candidate | Refused {
  if (candidates.length === 1) return candidates[0] as Candidate
  const audiences = audiencesOf(answer)
  const fitting = candidates.filter(({ config }) => audiences?.some((audience) => config.audience.includes(audience)))
  const wrong = mismatch('aud', answer.aud, oneOf(candidates.flatMap(({ config }) => config.audience)), true)
  if (fitting.length > 1) return refuseCredential('audience-ambiguous', wrong)
  return fitting[0] ?? refuseCredential('audience', wrong)
}

/** Returns all that verification depends on, as a context for caches. A field that is forgotten here does not compile. */
function described(config: OAuth2Config): readonly unknown[] {
  const { issuer, introspection, clientId, client, tls, prefix, audience, cache, clockSkew, dpop, mfa, ...rest } = config
  rest satisfies Record<string, never>
  return [sourceOf(config), audience, cache, clockSkew, dpop.required, dpop.nonce, mfa.amr, mfa.acr]
}
