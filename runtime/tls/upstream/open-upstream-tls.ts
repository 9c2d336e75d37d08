import { type Authorities, readAuthorities } from '../certificates/authorities.ts'
import { type KeyPair, readKeyPair } from '../certificates/key-pair.ts'
import type { LiveFiles } from '../live-files.ts'
import type { ServiceTlsConfig } from '../tls-config.ts'
import type { TlsFiles } from '../tls-files.ts'
import { UpstreamTls } from './upstream-tls.ts'

/**
 * Opens the TLS files for connections to a service, and watches them for changes. Returns `null` if a file is unusable; `files`
 * then holds the reason.
 */
export async function openUpstreamTls(config: ServiceTlsConfig, files: TlsFiles): Promise<UpstreamTls | null> {
  let upstream: UpstreamTls | null = null
  const renew = () => upstream?.renew()
  const { ca, pair } = config
  const [authorities, shown]: [LiveFiles<Authorities> | null, LiveFiles<KeyPair> | null] = await Promise.all([
    ca && files.open({ place: ca.path, paths: [ca.path], files: [ca.file], read: readAuthorities, onTaken: renew }),
    pair && files.openPair(pair, readKeyPair, renew),
  ])
  if ((ca !== null && authorities === null) || (pair !== null && shown === null)) return null
  upstream = new UpstreamTls(config, authorities, shown)
  return upstream
}
