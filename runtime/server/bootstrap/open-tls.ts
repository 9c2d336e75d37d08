import { renderAddress } from '../../base/address.ts'
import {
  type Anchors,
  type ListenerTls,
  type LiveFiles,
  openAnchors,
  openListenerTls,
  openUpstreamTls,
  TlsFiles,
  type TlsFilesOptions,
  type UpstreamTls,
} from '../../tls/index.ts'
import type { ServiceTlsConfig } from '../../tls/tls-config.ts'
import type { Config } from '../config/index.ts'

export interface Tls {
  /** What is wrong with them, and when certificates expire. */
  readonly files: TlsFiles
  /** In the order of the configuration; null: plain HTTP, or a problem. */
  readonly listeners: readonly (ListenerTls | null)[]
  /** By service, of those that have some of their own. No prototype. */
  readonly services: Readonly<Record<string, UpstreamTls>>
  /** Towards authorization servers where the proxy is a client that shows a certificate, by identity, in the same way. */
  readonly clients: Readonly<Record<string, UpstreamTls>>
  /** Towards issuers where it shows none: their authorities alone. */
  readonly issuers: Readonly<Record<string, UpstreamTls>>
  /** Who may vouch for certificates of an identity; null where the configuration does not say. */
  anchors(identity: string): Anchors | null
  /** Files are no longer watched, and handshakes that are not over break off. */
  close(): Promise<void>
}

/** What the configuration says of TLS, with its files read and watched. What is wrong stands in `files.problems`. */
export async function openTls(config: Config, options: Omit<TlsFilesOptions, 'source'>): Promise<Tls> {
  const files = new TlsFiles({ source: config.source, ...options })
  const listeners = await Promise.all(
    config.listeners.map(({ address, tls }) => tls && openListenerTls(tls, renderAddress(address), files)),
  )
  const anchors = new Map<string, LiveFiles<Anchors> | null>()
  for (const [name, { mtls }] of Object.entries(config.identities))
    if (mtls?.ca) anchors.set(name, await openAnchors(mtls.ca, files))

  async function openAll(
    all: readonly (readonly [string, ServiceTlsConfig | null])[],
  ): Promise<Readonly<Record<string, UpstreamTls>>> {
    const made: Record<string, UpstreamTls> = Object.create(null)
    for (const [name, tls] of all) {
      const opened = tls && (await openUpstreamTls(tls, files))
      if (opened !== null) made[name] = opened
    }
    return made
  }

  const own = Object.entries(config.identities).map(
    ([name, { oauth2, oidc, jwt }]) => [name, (oauth2 ?? oidc ?? jwt)?.tls ?? null] as const,
  )
  const clients = await openAll(own.map(([name, tls]) => [name, tls?.pair ? tls : null]))
  return {
    files,
    listeners,
    services: await openAll(Object.entries(config.services).map(([name, { tls }]) => [name, tls])),
    clients,
    issuers: await openAll(own.map(([name, tls]) => [name, issuerTls(tls, clients[name])])),
    anchors: (identity) => anchors.get(identity)?.current ?? null,
    async close() {
      for (const listener of listeners) listener?.close()
      await files.close()
    },
  }
}

/** The authorities alone; null: there are none, or it was told already that they do not do. */
function issuerTls(tls: ServiceTlsConfig | null, client: UpstreamTls | undefined): ServiceTlsConfig | null {
  if (tls === null || tls.ca === null || (tls.pair !== null && client === undefined)) return null
  return { ...tls, pair: null }
}
