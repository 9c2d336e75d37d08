import type { Log } from '../../base/log.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'
import type { Problem } from '../../base/startup-error.ts'
import { LogoutTokens, Provider, SignIn } from '../../identity/index.ts'
import type { SamlProvider } from '../../identity/methods/saml/saml-provider.ts'
import { Revocations } from '../../identity/revocation/index.ts'
import { KeyRing, MemoryStore, newSecret, type SessionStore } from '../../identity/sessions/index.ts'
import type { Config } from '../config/index.ts'
import type { Clients } from './open-clients.ts'
import { type OpenSamlOptions, openSaml } from './open-saml.ts'
import { sealing } from './sealing.ts'

export interface OpenSignInOptions extends OpenSamlOptions {
  /** OAuth clients by identity; the caller reports their problems. */
  readonly clients: Clients
  /** Session store that several processes share, used unless Redis is configured. Default: a store of this process. */
  readonly store?: SessionStore | undefined
  /**
   * Secret that seals logins, and sessions if no key is configured. Must be kept exactly as long as `store`. Default: a new
   * secret.
   */
  readonly secret?: string | undefined
  /** The list of revocations. Default: an empty list. */
  readonly revocations?: Revocations
}

export interface OpenedSignIn {
  /** Browser sign-in; `null` if no identity uses it. */
  readonly signIn: SignIn | null
  /** The session store that was opened or passed in; `null` if there is none, because no identity uses browser sign-in. */
  readonly store: SessionStore | null
  readonly problems: readonly Problem[]
  close(): Promise<void>
}

/** Opens browser sign-in: reads files and secrets, and opens the session store. Does not contact the providers. */
export async function openSignIn(config: Config, options: OpenSignInOptions): Promise<OpenedSignIn> {
  const identities = new Map(
    Object.entries(config.identities).flatMap(([name, { oidc }]) => (oidc === null ? [] : [[name, oidc] as const])),
  )
  const { clock, log, clients } = options
  const { store: kept, idle, lifetime, perSubject } = config.sessions
  const shared = kept.kind === 'redis' ? await openRedis(kept.url, log) : (options.store ?? null)
  const saml = await openSaml(config, options)
  const closeSaml = async () => void (await Promise.all([...saml.providers.values()].map((one) => one.close())))
  const nobody = {
    ...{ signIn: null, store: shared, problems: saml.problems },
    close: async () => void (await Promise.all([shared?.close(), closeSaml()])),
  }
  if (identities.size === 0 && saml.providers.size + saml.problems.length === 0) return nobody
  const { secrets, problems: ofKeys } = sealing(config)
  const problems = [...saml.problems, ...ofKeys]
  if (problems.length > 0 || clients.problems.length > 0) return { ...nobody, problems }
  const deps = { clock, log, monotonic: () => performance.now(), fetch: globalThis.fetch, fetchTimeout: 5000 }
  const providers = new Map<string, Provider | SamlProvider>(saml.providers)
  for (const [name, oidc] of identities) {
    const client = clients.clients.get(name)
    if (client === undefined)
      throw new Error(`no OAuth client was opened for the identity \`${name}\`: this is a bug in iap; report it`)
    const isExchanged = Object.values(config.services).some(({ exchange }) => exchange?.issuer === oidc.issuer)
    providers.set(name, new Provider(oidc, client, { ...deps, fetch: clients.fetchOf(name) }, isExchanged))
  }
  const store = shared ?? new MemoryStore(clock)
  const own = new KeyRing([options.secret ?? newSecret()])
  const ring = secrets.length > 0 ? new KeyRing(secrets) : own
  const signIn = new SignIn({
    ...deps,
    providers,
    logoutTokens: new LogoutTokens(identities, { ...deps, fetchOf: clients.fetchOf }),
    store,
    ring,
    // A memory store forgets finished logins at its end, so its sealed logins must not outlive it.
    loginRing: kept.kind === 'redis' ? ring : own,
    idle,
    lifetime,
    perSubject,
    revocations: options.revocations ?? new Revocations(),
  })
  return { signIn, store, problems, close: async () => void (await Promise.all([signIn.close(), closeSaml()])) }
}

async function openRedis(url: RedisEndpoint, log: Log): Promise<SessionStore> {
  const { RedisStore } = await import('../../identity/sessions/redis-store.ts')
  return new RedisStore({ url, log })
}
