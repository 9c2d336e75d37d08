import { hash } from 'node:crypto'
import { addressBlock } from '../../../base/address.ts'
import type { ProviderStatus } from '../../credential.ts'
import { parseJsonObject } from '../../jose/index.ts'
import type { MethodDeps } from '../../method.ts'
import { Circuit } from '../../provider/circuit.ts'
import { ClientEndpoint } from '../../provider/client-endpoint.ts'
import { FairSlots } from '../../provider/fair-slots.ts'
import { ProviderProblem } from '../../provider/fetch-json.ts'
import type { OAuthClient } from '../../provider/oauth-client.ts'
import type { Claims } from '../../token/claim-types.ts'

/** Maximum bytes of a response. */
const MOST = 65_536
/** Milliseconds for which an inactive token is remembered, so that repeated tokens cause no load at the issuer. */
const INACTIVE = 1_000
const MAX_INACTIVE = 10_000
/**
 * Limits of concurrent and waiting introspections, and milliseconds of a wait. Slots are shared among addresses, so no client
 * blocks the others.
 */
const FIRST = { slots: 256, waiting: 1024, patience: 2_000 }
/**
 * The same limits for tokens that were active when they were last introspected, which only a holder of such a token can send.
 */
const AGAIN = { slots: 64, waiting: 1024, patience: 2_000 }
/** Maximum number of remembered active tokens. */
const MAX_ACTIVE = 10_000
/** Milliseconds between two log lines about tokens that are not introspected. */
const TOLD = 60_000

export interface Answer {
  readonly claims: Claims
  readonly size: number
}

export interface IssuerAnswers {
  /**
   * Introspects a token: asks its issuer whether the token is active, and returns the claims. Returns `busy` if too many
   * introspections are waiting. Details of failures are in the log only.
   *
   * @param source IP address of the client
   */
  ask(token: string, source: string): Promise<Answer | 'inactive' | 'unavailable' | 'busy'>
  status(): ProviderStatus
}

export interface AnswerSource {
  readonly issuer: string
  readonly introspection: string | null
}

type AnswersDeps = Pick<MethodDeps, 'log' | 'monotonic' | 'fetchTimeout'>

/**
 * Creates an object that introspects the tokens of one issuer as one OAuth client (RFC 7662, section 2). It limits concurrent
 * requests, and remembers inactive tokens for a second.
 */
export function createIssuerAnswers(
  { issuer, introspection }: AnswerSource,
  client: OAuthClient,
  deps: AnswersDeps,
): IssuerAnswers {
  const { log, monotonic } = deps
  const endpoint = new ClientEndpoint(issuer, 'introspection_endpoint', introspection, client, deps)
  /** In order of arrival. */
  const inactive = new Map<string, number>()
  let problem: string | null = null
  const circuit = new Circuit(monotonic)
  /** Digests of tokens that were active, in order of arrival. */
  const active = new Set<string>()
  const [first, again] = [new FairSlots(FIRST), new FairSlots(AGAIN)]
  let toldAt = Number.NEGATIVE_INFINITY

  async function ask(token: string, source: string): Promise<Answer | 'inactive' | 'unavailable' | 'busy'> {
    const digest = hash('sha256', token, 'base64url')
    if (monotonic() - (inactive.get(digest) ?? Number.NEGATIVE_INFINITY) < INACTIVE) return 'inactive'
    if (circuit.shut() !== null) return 'unavailable'
    const slots = active.has(digest) ? again : first
    return (await slots.run(addressBlock(source), () => askNow(token, digest))) ?? busy()
  }

  async function askNow(token: string, digest: string): Promise<Answer | 'inactive' | 'unavailable'> {
    if (circuit.enter() !== null) return 'unavailable'
    try {
      const answer = await introspect(token)
      circuit.closed()
      if (problem !== null) log.info('the identity provider is available again', { issuer })
      problem = null
      if (answer.claims.active === true) {
        active.delete(digest)
        active.add(digest)
        if (active.size > MAX_ACTIVE) active.delete(active.keys().next().value as string)
        return answer
      }
      remember(digest)
      return 'inactive'
    } catch (error) {
      if (!isOfToken(error)) return fail(error as Error)
      circuit.closed()
      remember(digest)
      return 'inactive'
    }
  }

  function busy(): 'busy' {
    if (monotonic() - toldAt >= TOLD) {
      toldAt = monotonic()
      log.warn('too many tokens wait for the identity provider: some are refused without introspection', { issuer })
    }
    return 'busy'
  }

  async function introspect(token: string): Promise<Answer> {
    const form = new URLSearchParams({ token, token_type_hint: 'access_token' })
    const { text, contentType, url } = await endpoint.ask(form, MOST)
    if (!JSON_TYPE.test(contentType ?? ''))
      throw new ProviderProblem(`\`${url}\` did not answer with JSON: check that it is the introspection endpoint`)
    const claims = parseJsonObject(text)
    if (claims === null)
      throw new ProviderProblem(
        `\`${url}\` did not answer with a JSON object that has unique names: check that it is the introspection endpoint`,
      )
    return { claims, size: text.length }
  }

  /** Opens the circuit only if the issuer is down: its error about one token must not affect others. */
  function fail(error: Error): 'unavailable' {
    const { status = null, error: code = null, lost = null } = error instanceof ProviderProblem ? error : {}
    const distrusts = status === 401 || status === 403 || CLIENT.has(code ?? '')
    const message = distrusts ? `${error.message}: it does not accept the proxy as its client` : error.message
    if (distrusts) client.distrusted()
    if (problem !== message) log.warn('the identity provider does not introspect tokens', { issuer, problem: message })
    problem = message
    if (lost !== null || status === 404) endpoint.forget()
    if (lost === null) circuit.closed()
    else circuit.opened(message)
    return 'unavailable'
  }

  function remember(digest: string): void {
    active.delete(digest)
    const oldest = inactive.size < MAX_INACTIVE ? undefined : inactive.keys().next().value
    if (oldest !== undefined) inactive.delete(oldest)
    inactive.delete(digest)
    inactive.set(digest, monotonic())
  }

  return { ask, status: () => ({ issuer, available: problem === null, keys: null, age: null, problem }) }
}

const CLIENT: ReadonlySet<string> = new Set(['invalid_client', 'unauthorized_client', 'access_denied'])

/** Returns whether an error means that the token cannot be active, as some issuers report for a JWT. */
function isOfToken(error: unknown): boolean {
  return error instanceof ProviderProblem && (error.error === 'unsupported_token_type' || error.error === 'invalid_token')
}

/** Pattern of the media type of a response (RFC 7662, section 2.2). Signed responses (RFC 9701) are meant for other parties. */
const JSON_TYPE = /^application\/json *(?:;|$)/i
