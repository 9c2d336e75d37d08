import { createHash } from 'node:crypto'
import type { Refused } from '../authentication.ts'
import type { Credential, IdentityMethod, MethodDeps, Verified, Verifier } from '../method.ts'
import { type RefusalCode, refuse } from '../refusals.ts'
import { audiencesOf, type Claims } from '../token/claim-types.ts'
import { MAX_TOKEN } from '../token/compact-jws.ts'
import { issuerIn } from '../token/issuer-in.ts'
import { readAuthentication } from '../token/read-authentication.ts'
import { readToken } from '../token/read-token.ts'
import { senderOf } from '../token/sender.ts'
import { checkAnswer } from './check-answer.ts'
import { createIssuerAnswers, type IssuerAnswers } from './issuer-answers.ts'
import type { OAuth2Config } from './oauth2-config.ts'
import { sourceOf } from './source-of.ts'

/** Access tokens that say nothing by themselves, and what their issuer says of them (RFC 7662). */
export const oauth2: IdentityMethod<OAuth2Config> = { name: 'oauth2', prepare }

interface Candidate {
  readonly name: string
  readonly config: OAuth2Config
}

/** Identities that one question tells of. */
interface Asked {
  readonly issuer: string
  readonly prefix: string | null
  readonly answers: IssuerAnswers
  readonly candidates: readonly Candidate[]
}

/** Seconds for which what was begun with a token may last whose end the issuer does not tell. */
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

  async function verify({ text }: Credential): Promise<Verified | Refused> {
    if (text.length > MAX_TOKEN || !TOKEN.test(text)) return refuse('token-malformed')
    // A token is shown to nobody whose it is not, as far as that can be seen.
    const iss = issuerIn(text)
    const whom = asked.find(
      ({ prefix, issuer }) => (prefix === null || text.startsWith(prefix)) && (iss === null || iss === issuer),
    )
    if (whom === undefined) return refuse('issuer')
    // Before it is asked: what it says may have changed since.
    const [began, now] = [deps.monotonic(), deps.clock() / 1000]
    const answer = await whom.answers.ask(text)
    if (answer === 'inactive') return refuse('inactive')
    if (answer === 'unavailable') return refuse('identity-provider-unavailable')
    const { claims, size } = answer
    const candidate = choose(whom.candidates, claims)
    if (typeof candidate === 'string') return refuse(candidate)
    const { name, config } = candidate
    const validity = checkAnswer(claims, config, deps.clock() / 1000)
    if (typeof validity === 'string') return refuse(validity)
    const sender = senderOf(claims, config.dpop, deps)
    if (typeof sender === 'string') return refuse(sender)
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
      // By a clock that is never set back, too.
      holds: () => deps.monotonic() - began < config.cache,
    }
  }

  return {
    context: fingerprint(identities),
    read: asked.length === 0 ? () => null : readToken,
    verify,
    status: () => asked.map(({ answers }) => answers.status()),
  }
}

/** RFC 6750, section 2.1. */
const TOKEN = /^[A-Za-z0-9._~+/-]+=*$/

type Group = [Candidate, ...Candidate[]]

/** Those that ask the same server as the same client, of tokens that begin alike. */
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

/** Whose token it is, by `aud`: of several that have the issuer in common. One alone says itself what it takes. */
function choose(candidates: readonly Candidate[], answer: Claims): Candidate | RefusalCode {
  if (candidates.length === 1) return candidates[0] as Candidate
  const audiences = audiencesOf(answer)
  const fitting = candidates.filter(({ config }) => audiences?.some((audience) => config.audience.includes(audience)))
  if (fitting.length > 1) return 'audience-ambiguous'
  return fitting[0] ?? 'audience'
}

function fingerprint(identities: ReadonlyMap<string, OAuth2Config>): string {
  const all = [...identities].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, config]) => [name, ...described(config)])
  return createHash('sha256')
    .update(JSON.stringify(['oauth2', all]))
    .digest('base64url')
}

/** A field that is forgotten here does not compile. */
function described(config: OAuth2Config): readonly unknown[] {
  const { issuer, introspection, clientId, client, tls, prefix, audience, cache, clockSkew, dpop, mfa, ...rest } = config
  rest satisfies Record<string, never>
  return [sourceOf(config), audience, cache, clockSkew, dpop.required, dpop.nonce, mfa.amr, mfa.acr]
}
