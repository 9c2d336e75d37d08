import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Config, resolveSecret, type SecretRef } from './config/index.ts'
import { type ClientCredential, LogoutTokens, Provider, readClientKey, SignIn } from './identity/index.ts'
import type { MethodDeps } from './identity/method.ts'
import type { Log } from './log.ts'
import { KeyRing, MemoryStore, MIN_SECRET, newSecret, type SessionStore } from './sessions/index.ts'
import { content, environment, type Problem } from './startup-error.ts'

export interface OpenSignInOptions extends Omit<MethodDeps, 'signIn'> {
  /** That all processes have in common where the configuration names no Redis; left out: one of this process. */
  readonly store?: SessionStore | undefined
  /** What seals where the configuration names no key; left out: a key of this process. */
  readonly secret?: string | undefined
}

export interface OpenedSignIn {
  /** Null: no identity of the configuration signs in with a browser. */
  readonly signIn: SignIn | null
  readonly problems: readonly Problem[]
  close(): Promise<void>
}

/** What signing in needs: the secrets, the providers (none of which is asked yet), and where sessions are kept. */
export async function openSignIn(config: Config, options: OpenSignInOptions): Promise<OpenedSignIn> {
  const identities = new Map(
    Object.entries(config.identities).flatMap(([name, { oidc }]) => (oidc === null ? [] : [[name, oidc] as const])),
  )
  const problems: Problem[] = []
  const nobody = { signIn: null, problems, close: async () => {} }
  if (identities.size === 0) return nobody
  const folder = dirname(config.source.file)
  const providers = new Map<string, Provider>()
  for (const [name, oidc] of identities) {
    const credential = await credentialOf(name, oidc, folder, problems)
    if (credential !== null) providers.set(name, new Provider(oidc, credential, options))
  }
  const secrets = config.sessions.keys.flatMap((ref) => secretOf(ref, folder, 'a key of `sessions.keys`', MIN_SECRET, problems))
  if (problems.length > 0) return nobody
  const { store: kept, idle, lifetime } = config.sessions
  const { clock, log } = options
  const store = kept.kind === 'redis' ? await openRedis(kept.url, log) : (options.store ?? new MemoryStore(clock))
  const deps: MethodDeps = { ...options, signIn: null }
  const signIn = new SignIn({
    ...options,
    providers,
    logoutTokens: new LogoutTokens(identities, deps),
    store,
    ring: new KeyRing(secrets.length > 0 ? secrets : [options.secret ?? newSecret()]),
    idle,
    lifetime,
  })
  return { signIn, problems, close: () => signIn.close() }
}

/** Loaded only where it is wanted: its client is as large as a fourth of the proxy. */
async function openRedis(url: string, log: Log): Promise<SessionStore> {
  const { RedisStore } = await import('./sessions/redis-store.ts')
  return new RedisStore({ url, log })
}

/** The fewest characters of a client's secret. */
const MIN_CLIENT_SECRET = 16

async function credentialOf(
  name: string,
  { clientSecret, clientKey }: NonNullable<Config['identities'][string]['oidc']>,
  folder: string,
  problems: Problem[],
): Promise<ClientCredential | null> {
  if (clientSecret !== null) {
    const [secret] = secretOf(clientSecret, folder, `the client's secret of \`identities.${name}\``, MIN_CLIENT_SECRET, problems)
    return secret === undefined ? null : { secret }
  }
  const path = clientKey ?? ''
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    problems.push(environment(`the client's key \`${path}\` cannot be read: ${(error as Error).message}`))
    return null
  }
  try {
    return await readClientKey(text)
  } catch {
    // The message may quote what is in the file.
    problems.push(
      content(`the client's key \`${path}\` is no private key of RSA (2048 bits or more), Ed25519, P-256, P-384 or P-521`),
    )
    return null
  }
}

function secretOf(ref: SecretRef, folder: string, what: string, least: number, problems: Problem[]): readonly string[] {
  const secret = resolveSecret(ref, { env: process.env, folder })
  if (!secret.ok) problems.push(environment(`${what}: ${secret.message}`))
  else if (secret.value.length < least) problems.push(content(`${what} has fewer than ${least} characters`))
  else return [secret.value]
  return []
}
