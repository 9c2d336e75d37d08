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
  /** Problems with files, and expiry of certificates. */
  readonly files: TlsFiles
  /** In the order of the configuration; `null`: plain HTTP, or a problem. */
  readonly listeners: readonly (ListenerTls | null)[]
  /** By service, if configured. No prototype. */
  readonly services: Readonly<Record<string, UpstreamTls>>
  /** By identity: to authorization servers, with a client certificate. No prototype. */
  readonly clients: Readonly<Record<string, UpstreamTls>>
  /** By identity: to issuers without a client certificate, so authorities only. */
  readonly issuers: Readonly<Record<string, UpstreamTls>>
  /** Returns an identity's certificate authorities; `null` if not configured. */
  anchors(identity: string): Anchors | null
  /** Stops watching and aborts handshakes. */
  close(): Promise<void>
}

/** Reads and watches all TLS files. Problems are in `files.problems`. */
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

/** Returns only the authorities; `null` if there are none, or they were reported as invalid. */
function issuerTls(tls: ServiceTlsConfig | null, client: UpstreamTls | undefined): ServiceTlsConfig | null {
  if (tls === null || tls.ca === null || (tls.pair !== null && client === undefined)) return null
  return { ...tls, pair: null }
}
