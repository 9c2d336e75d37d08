import { hash } from 'node:crypto'
import type { Caller } from '../authentication.ts'
import type { ExchangeConfig, ExchangeEndpoint, ExchangeFailure, Granted } from './ask-exchange.ts'

interface Kept {
  /** Token for the service, or an empty text once it is dropped. */
  token: string
  /** SHA-256 digest of the exchanged token. */
  readonly subject: string
  /** End of use in milliseconds since 1970. */
  until: number
}

interface Refused {
  readonly failure: ExchangeFailure
  readonly subject: string
  readonly until: number
}

export interface TokenExchangeOptions {
  readonly endpoint: Pick<ExchangeEndpoint, 'ask'>
  readonly config: ExchangeConfig
  /** Names of the identities whose tokens the issuer accepts. */
  readonly identities: ReadonlySet<string>
  /** Returns the current time in milliseconds since 1970. */
  readonly clock: () => number
}

/** Maximum total length of tokens in characters, and maximum number of entries. */
const LIMITS = { weight: 32_000_000, entries: 10_000 }
/**
 * Milliseconds before its end from which a token is no longer used (at most a fifth of its lifetime), because the service must
 * still accept it.
 */
const MARGIN = 30_000
/** Lifetime in milliseconds if the issuer does not state one. */
const UNTOLD = 60_000
/** Milliseconds before a refused exchange is tried again. */
const REFUSED = 1000

/**
 * Token exchange for one service (RFC 8693). Tokens are cached until shortly before they expire, and concurrent requests share
 * one exchange.
 */
export class TokenExchange {
  readonly withoutToken: ExchangeConfig['withoutToken']
  readonly #options: TokenExchangeOptions
  /** Keyed by the caller itself, for fast lookup. */
  readonly #ofCallers = new WeakMap<Caller, Kept>()
  /** By credential, as another policy's verification makes new caller objects. In order of first use. */
  readonly #ofCredentials = new Map<string, Kept>()
  readonly #refused = new Map<string, Refused>()
  readonly #underWay = new Map<string, Promise<string | ExchangeFailure>>()
  #weight = 0

  constructor(options: TokenExchangeOptions) {
    this.#options = options
    this.withoutToken = options.config.withoutToken
  }

  /** Returns whether the caller's identity and method are such that the caller may have a token that the issuer accepts. */
  takes({ identity, method }: Caller): boolean {
    return (method === 'jwt' || method === 'oauth2' || method === 'oidc') && this.#options.identities.has(identity)
  }

  /**
   * Returns a token of the service for the caller; synchronously if it is cached. `subject` returns the caller's own token, which
   * is exchanged, or `null` if it is no longer known.
   */
  tokenFor(
    caller: Caller,
    subject: () => string | null | Promise<string | null>,
  ): string | ExchangeFailure | Promise<string | ExchangeFailure> {
    const known = this.#ofCallers.get(caller)
    if (known !== undefined && this.#options.clock() < known.until) return known.token
    const { credential } = caller
    const other = this.#underWay.get(credential)
    if (other !== undefined) return other
    const asking = this.#find(caller, subject).finally(() => this.#underWay.delete(credential))
    this.#underWay.set(credential, asking)
    return asking
  }

  /** Drops the tokens that are cached for a credential, because the credential has ended. */
  forget(credential: string): void {
    this.#refused.delete(credential)
    this.#drop(credential)
  }

  async #find(caller: Caller, subject: () => string | null | Promise<string | null>): Promise<string | ExchangeFailure> {
    const { credential } = caller
    const { endpoint, clock } = this.#options
    const own = await subject()
    if (own === null) return { code: 'exchange-refused', detail: 'the token of the caller is no longer available' }
    const digest = hash('sha256', own, 'base64url')
    const known = this.#ofCredentials.get(credential)
    if (known?.subject === digest && clock() < known.until) {
      this.#ofCallers.set(caller, known)
      return known.token
    }
    const refused = this.#refused.get(credential)
    if (refused?.subject === digest && clock() < refused.until) return refused.failure
    // Before the request, as the token's lifetime may begin then.
    const asked = clock()
    const answer = await endpoint.ask(own)
    if ('code' in answer) {
      if (answer.code === 'exchange-refused')
        this.#refuse(credential, { failure: answer, subject: digest, until: asked + REFUSED })
      return answer
    }
    this.#keep(caller, { token: answer.token, subject: digest, until: Math.min(endOf(answer, asked), caller.expires * 1000) })
    return answer.token
  }

  #keep(caller: Caller, kept: Kept): void {
    const { credential } = caller
    this.#drop(credential)
    if (kept.until <= this.#options.clock()) return
    this.#ofCallers.set(caller, kept)
    this.#ofCredentials.set(credential, kept)
    this.#weight += kept.token.length
    while (this.#weight > LIMITS.weight || this.#ofCredentials.size > LIMITS.entries)
      this.#drop(this.#ofCredentials.keys().next().value as string)
  }

  #drop(credential: string): void {
    const kept = this.#ofCredentials.get(credential)
    if (kept === undefined) return
    this.#ofCredentials.delete(credential)
    this.#weight -= kept.token.length
    // Callers that still refer to it must not keep the token.
    kept.token = ''
    kept.until = 0
  }

  #refuse(credential: string, refused: Refused): void {
    this.#refused.delete(credential)
    this.#refused.set(credential, refused)
    if (this.#refused.size > LIMITS.entries) this.#refused.delete(this.#refused.keys().next().value as string)
  }
}

function endOf({ expiresIn }: Granted, asked: number): number {
  if (expiresIn === null) return asked + UNTOLD
  const time = expiresIn * 1000
  return asked + time - Math.min(MARGIN, time / 5)
}
