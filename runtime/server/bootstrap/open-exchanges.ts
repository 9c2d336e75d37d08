import type { Log } from '../../base/log.ts'
import { type Problem, problemAt } from '../../base/startup-error.ts'
import { ExchangeEndpoint, type SignIn, TokenExchange } from '../../identity/index.ts'
import type { Config } from '../config/index.ts'
import { openClient } from './open-clients.ts'

export interface Exchanges {
  readonly exchanges: ReadonlyMap<string, TokenExchange> | null
  readonly problems: readonly Problem[]
}

interface ExchangesDeps {
  readonly log: Log
  readonly clock: () => number
  readonly signIn: SignIn | null
  /** Returns a `fetch` for the issuer of an identity. */
  readonly fetchOf: (identity: string) => typeof globalThis.fetch
}

export function openExchanges(
  { services, identities, source }: Config,
  { log, clock, signIn, fetchOf }: ExchangesDeps,
): Exchanges {
  const problems: Problem[] = []
  const hasAuthorities = (name: string): boolean => {
    const { jwt = null, oauth2 = null, oidc = null } = identities[name] ?? {}
    return Boolean((oauth2 ?? oidc ?? jwt)?.tls?.ca)
  }
  const exchanges = new Map<string, TokenExchange>()
  for (const [service, { exchange: config }] of Object.entries(services)) {
    if (config === null) continue
    const client = openClient(config, clock)
    if ('fault' in client) {
      const path = ['services', service, 'exchange', config.client.kind === 'key' ? 'clientKey' : 'clientSecret']
      problems.push(problemAt(source, path, client))
      continue
    }
    const own = Object.entries(identities).flatMap(([name, { jwt, oauth2, oidc }]) =>
      (jwt ?? oauth2 ?? oidc)?.issuer === config.issuer ? [name] : [],
    )
    // These identities share the server, and so its certificate authorities.
    const fetch = fetchOf(own.find(hasAuthorities) ?? '')
    const endpoint = new ExchangeEndpoint(
      config,
      { ...client, fetch },
      { log, fetchTimeout: 5000, monotonic: () => performance.now() },
    )
    exchanges.set(service, new TokenExchange({ endpoint, config, identities: new Set(own), clock }))
  }
  signIn?.onEnd((credential) => {
    for (const exchange of exchanges.values()) exchange.forget(credential)
  })
  return { exchanges: exchanges.size === 0 ? null : exchanges, problems }
}
