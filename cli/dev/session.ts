/**
 * `iap run --dev`: sources instead of a bundle, an issuer instead of an identity provider, an echo instead of services. The proxy
 * is the real one: it loads signed bundles, and verifies tokens and keys as in production.
 */

import { dirname, relative, resolve } from 'node:path'
import { BuildMemo } from '../../compiler/project/index.ts'
import { hostMatcher, type Manifest } from '../../runtime/abi/index.ts'
import { createLog, type Log, type RunningProxy, startProxy } from '../../runtime/index.ts'
import type { Config } from '../../runtime/server/config/index.ts'
import type { AuditOptions, AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { CliError, writeCliError } from '../cli-error.ts'
import type { ExitCode } from '../command.ts'
import type { Io } from '../io.ts'
import { paint } from '../style.ts'
import { announce } from './announce.ts'
import { type DevCallers, readCallers } from './callers.ts'
import { compileSources, type DevBuild } from './compile-sources.ts'
import { DEV_CLIENT, devConfig, mfaOf } from './dev-config.ts'
import { type DevFolder, openDevFolder } from './dev-folder.ts'
import { startEcho } from './echo.ts'
import { explainRefusals } from './explain-refusals.ts'
import type { LocalServer } from './http.ts'
import { DEV_AUDIENCE, type DevIssuer, startIssuer } from './issuer.ts'
import { loadOidcProvider, type OidcProvider } from './provider/load-oidc-provider.ts'
import { requestLine } from './request-line.ts'
import { sampleRequests } from './sample-requests.ts'
import { watchSources } from './watch-sources.ts'

/** The issuer's port unless the configuration sets one, if it is free. */
const ISSUER_PORT = 9000

const KEPT = '  the previous policy stays active'

/**
 * Runs a development session, which recompiles the policy after each change, until it is interrupted.
 *
 * @param isQuiet whether requests are not printed
 */
export async function runDev(io: Io, config: Config, isQuiet: boolean): Promise<ExitCode> {
  const { dev } = config
  if (dev === null || dev.sources.length === 0) {
    throw new CliError(
      `${config.source.file} has no \`dev.sources\``,
      'add the policies: `dev: { sources: ./policies, callers: ./dev/callers.json }`',
    )
  }
  const interruption = io.interruption()
  const root = resolve(io.cwd, dirname(config.source.file))
  const folder = await openDevFolder(io.files, root)
  const session = new DevSession(io, config, folder, root, isQuiet)
  const memo = new BuildMemo()
  const compile = () =>
    compileSources(io, { root, paths: dev.sources }, { sequence: session.next(), signer: folder.signer }, memo)
  const broken = new AbortController()
  const rebuild = async () => {
    try {
      const build = await compile().catch((error: unknown) => toldStop(io, error))
      if (build === null) io.stderr.write(`${KEPT}\n`)
      else await session.load(build)
    } catch (error) {
      broken.abort(error)
    }
  }
  // Started before the first read, so that no change in between is missed.
  let started = false
  let missed = false
  const watching = await watchSources(dev.sources, async () => {
    if (started) await rebuild()
    else missed = true
  })
  const { file } = config.source
  const name = relative(io.cwd, file) || file
  const watchingConfig = await watchSources([resolve(io.cwd, file)], async () => {
    io.stderr.write(`${name} has changed: restart \`iap run --dev\` to apply it\n`)
  })
  if (!watching.isComplete || !watchingConfig.isComplete)
    io.stderr.write('note: the files are not all watched yet: if a change is not noticed, save the file again\n')
  try {
    // The first build must succeed, as there is no earlier one to serve.
    const first = await compile()
    if (first === null) return 1
    await session.start(first)
    while (missed) {
      missed = false
      await rebuild()
    }
    started = true
    io.stdout.write(`watching ${dev.sources.map((path) => relative(io.cwd, path) || '.').join(', ')}; press ctrl-c to stop\n`)
    const end = AbortSignal.any([interruption, broken.signal])
    if (!end.aborted) await new Promise((ended) => end.addEventListener('abort', ended, { once: true }))
    broken.signal.throwIfAborted()
    return 0
  } finally {
    await Promise.all([watching.close(), watchingConfig.close()])
    await session.close()
  }
}

/** What runs, and how a new policy changes it. */
class DevSession {
  readonly #io: Io
  readonly #config: Config
  readonly #folder: DevFolder
  readonly #root: string
  readonly #log: Log
  readonly #audit: AuditOptions
  readonly #echoes = new Map<string, LocalServer>()
  #sequence = 0
  #package: OidcProvider | null = null
  #issuer: DevIssuer | null = null
  #proxy: RunningProxy | null = null
  /** Tests the hosts of the active policy's services. */
  #servesHost: (host: string) => boolean = () => false
  /** Explains what a request lacks under the active policy. */
  #explain: ReturnType<typeof explainRefusals> | null = null
  /** The names that the running configuration binds. */
  #bound = ''

  constructor(io: Io, config: Config, folder: DevFolder, root: string, isQuiet: boolean) {
    this.#io = io
    const style = paint(io.stdout)
    const onRecord = (record: AuditRecord) => {
      const lacking = this.#explain === null ? '' : this.#explain(record, style)
      io.stdout.write(requestLine(record, style) + lacking)
    }
    this.#audit = isQuiet ? {} : { onRecord }
    this.#config = config
    this.#folder = folder
    this.#root = root
    this.#log = createLog((line) => io.stderr.write(line), io.clock)
  }

  next(): number {
    this.#sequence += 1
    return this.#sequence
  }

  async start(build: DevBuild): Promise<void> {
    this.#issuer = await this.#startIssuer()
    await this.#offerSignIn(build)
    await this.#startProxy(build)
    this.#announce(build)
  }

  /** Activates a build; restarts the proxy if the policy needs names that its configuration does not bind. */
  async load(build: DevBuild): Promise<void> {
    if (this.#proxy !== null && namesOf(build.policy.manifest) === this.#bound) {
      const taken = await this.#proxy.reload(build.bytes)
      // The proxy's log has the reason.
      if (taken.kind === 'refused') this.#io.stderr.write(`${KEPT}\n`)
      else this.#activated(build)
      return
    }
    try {
      await this.#offerSignIn(build)
    } catch (error) {
      toldStop(this.#io, error)
      this.#io.stderr.write(`${KEPT}\n`)
      return
    }
    this.#io.stderr.write('the identities or services of the policy have changed: restarting the proxy\n')
    await this.#proxy?.close()
    await this.#startProxy(build)
    this.#announce(build)
  }

  async close(): Promise<void> {
    await this.#proxy?.close()
    await this.#issuer?.close()
    for (const echo of this.#echoes.values()) await echo.close()
  }

  async #startIssuer(): Promise<DevIssuer> {
    const { dev, identities } = this.#config
    const options = {
      callers: () => this.#callers(),
      audience: (identity: string) => identities[identity]?.jwt?.audience[0] ?? DEV_AUDIENCE,
      key: this.#folder.issuerKey,
      clock: this.#io.clock,
    }
    this.#callers()
    const wanted = dev?.issuer?.port
    try {
      return await startIssuer({ ...options, port: wanted ?? ISSUER_PORT })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      if (wanted !== undefined)
        throw new CliError(`the address 127.0.0.1:${wanted} is in use`, 'stop the process that uses it, or change `dev.issuer`')
      this.#io.stderr.write(`port ${ISSUER_PORT} is in use: the issuer uses another port\n`)
      return await startIssuer({ ...options, port: 0 })
    }
  }

  /** Enables sign-in with a browser if the policy uses it. If its package is missing, access tokens alone are enough to start. */
  async #offerSignIn({ policy: { manifest } }: DevBuild): Promise<void> {
    const names = signingIn(manifest)
    const needed = manifest.identities.find(({ methods }) => methods.includes('oidc') && !methods.includes('jwt'))
    const first = needed?.name ?? names[0]
    if (first === undefined) return
    try {
      this.#package ??= await loadOidcProvider(this.#root, first)
    } catch (error) {
      if (needed !== undefined || !(error instanceof CliError)) throw error
      this.#io.stderr.write(`note: ${error.message}; ${error.help}. Callers can send access tokens\n`)
      return
    }
    const { identities } = this.#config
    this.#issuer?.signIn({
      Provider: this.#package,
      client: (name) =>
        names.includes(name)
          ? {
              id: identities[name]?.oidc?.clientId ?? DEV_CLIENT,
              secret: this.#folder.clientSecret.value,
              mfa: mfaOf(identities[name]),
            }
          : null,
      servesHost: (host) => this.#servesHost(host),
    })
  }

  #callers(): DevCallers {
    const path = this.#config.dev?.callers ?? null
    return path === null ? {} : readCallers(this.#io.files, path)
  }

  async #startProxy(build: DevBuild): Promise<void> {
    const { manifest } = build.policy
    const echo = this.#config.dev?.echo ?? false
    for (const { name } of manifest.services) {
      const wanted = echo === true || (Array.isArray(echo) && echo.includes(name))
      if (wanted && !this.#echoes.has(name)) this.#echoes.set(name, await startEcho(name, () => this.#jwks()))
    }
    const config = devConfig(this.#config, manifest, {
      assertionKeys: this.#folder.assertionKeys,
      issuer: this.#issuer as DevIssuer,
      clientSecret: this.#folder.clientSecret.file,
      echoes: new Map([...this.#echoes].map(([name, server]) => [name, server.origin])),
    })
    this.#proxy = await startProxy(config, {
      ...{ log: this.#log, audit: this.#audit },
      ...{ bundle: build.bytes, keys: this.#folder.trusted },
    })
    this.#bound = namesOf(manifest)
    this.#activated(build)
  }

  #activated({ loaded }: DevBuild): void {
    const files = Object.entries(this.#config.data).flatMap(([name, source]) =>
      source.kind === 'file' ? [`${name}=${source.file}`] : [],
    )
    this.#explain = explainRefusals(this.#io, loaded, files)
    this.#servesHost = hostMatcher(hostsOf(this.#config, loaded.policy.manifest))
  }

  /** Returns the origin of the first listener that forwards requests; of the first one, if all decide for other proxies. */
  #origin(): string {
    const { addresses } = this.#proxy as RunningProxy
    const address = addresses[this.#config.listeners.findIndex(({ check }) => check === null)] ?? addresses[0]
    return (address as string).replace(/\/\/(0\.0\.0\.0|\[::\]):/, '//127.0.0.1:')
  }

  #jwks(): URL {
    return new URL('/.well-known/iap/jwks.json', this.#origin())
  }

  #announce({ model, policy }: DevBuild): void {
    const callers = this.#callers()
    const known = new Set(policy.manifest.identities.map(({ name }) => name))
    for (const [name, { identity }] of Object.entries(callers)) {
      if (!known.has(identity))
        this.#io.stderr.write(`caller \`${name}\` has the identity \`${identity}\`, which the policy does not declare\n`)
    }
    const hosts = Object.entries(this.#config.services).flatMap(([name, { hosts: given }]) => {
      const literal = given?.find((host) => /^[^*{]/.test(host))
      return literal === undefined ? [] : [[name, literal] as const]
    })
    const { manifest } = policy
    // Clients cannot send requests to listeners that decide.
    const forwards = this.#config.listeners.some(({ check }) => check === null)
    const samplesOf = (method: string) =>
      forwards ? sampleRequests(model, policy, callersBy(callers, manifest, method), new Map(hosts)) : []
    // Browsers sign in over plain HTTP only on local names.
    const canSignIn = this.#package !== null
    const pages = samplesOf('oidc').filter(
      ({ caller, effect, host }) => canSignIn && caller !== null && effect === 'permit' && isLocal(host),
    )
    announce(this.#io.stdout, {
      proxy: this.#origin(),
      admin: (this.#proxy as RunningProxy).admin,
      issuer: (this.#issuer as DevIssuer).origin,
      echoes: [...this.#echoes.keys()],
      samples: samplesOf('jwt'),
      pages,
    })
  }
}

/** Only the first build requires readable files: later, as during a branch switch, they may come back. */
function toldStop(io: Io, error: unknown): null {
  writeCliError(io.stderr, error)
  return null
}

/** Returns what the configuration must bind, as a key. */
function namesOf({ identities, services }: Manifest): string {
  return JSON.stringify([identities.map(({ name, methods }) => [name, methods]), services.map(({ name }) => name)])
}

/** Returns the callers who authenticate by that method. */
function callersBy(callers: DevCallers, { identities }: Manifest, method: string): DevCallers {
  const named = new Set(identities.flatMap(({ name, methods }) => (methods.includes(method) ? [name] : [])))
  return Object.fromEntries(Object.entries(callers).filter(([, { identity }]) => named.has(identity)))
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost')
}

function signingIn({ identities }: Manifest): readonly string[] {
  return identities.flatMap(({ name, methods }) => (methods.includes('oidc') ? [name] : []))
}

/** Returns the hosts of all services; the configuration overrides the policy. */
function hostsOf({ services: bound }: Config, { services }: Manifest): readonly string[] {
  return services.flatMap(({ name, hosts }) => bound[name]?.hosts ?? hosts)
}
