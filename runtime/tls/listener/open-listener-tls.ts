import { type Authorities, readAuthorities } from '../certificates/authorities.ts'
import { type KeyPair, readServerPair } from '../certificates/key-pair.ts'
import { type RevocationLists, readRevocationLists } from '../certificates/revocation-lists.ts'
import type { LiveFiles } from '../live-files.ts'
import type { ClientCertificatesConfig, ListenerTlsConfig } from '../tls-config.ts'
import type { TlsFiles } from '../tls-files.ts'
import { Certificates } from './certificates.ts'
import { HandshakeFailures } from './handshake-failures.ts'
import { ListenerTls } from './listener-tls.ts'

/**
 * Opens the TLS files of a listener, whose address is `name`, and watches them for changes. Returns `null` if a file is unusable;
 * `files` then holds the reason.
 */
export async function openListenerTls(config: ListenerTlsConfig, name: string, files: TlsFiles): Promise<ListenerTls | null> {
  let certificates: Certificates | null = null
  const renew = () => certificates?.renew()
  const [clients, lists, pairs] = await Promise.all([
    config.clients && openClients(config.clients, files, renew),
    Promise.all((config.clients?.crl ?? []).map((list) => openList(list, files, renew))),
    Promise.all(config.certificates.map((pair) => files.openPair(pair, readServerPair, renew))),
  ])
  if ((config.clients !== null && clients === null) || lists.includes(null) || pairs.includes(null)) return null
  certificates = new Certificates(
    config,
    pairs as readonly LiveFiles<KeyPair>[],
    clients,
    lists as readonly LiveFiles<RevocationLists>[],
  )
  const { log, clock, metrics } = files
  return new ListenerTls(
    config,
    certificates,
    new HandshakeFailures(log, name, (reason) => metrics.handshakeFailure(name, reason), clock),
  )
}

function openClients(
  { ca, path }: ClientCertificatesConfig,
  files: TlsFiles,
  onTaken: () => void,
): Promise<LiveFiles<Authorities> | null> {
  return files.open({ place: path, paths: [path], files: [ca], read: readAuthorities, onTaken })
}

/** Opens one revocation list. Each list has its own watch, so that valid lists do not wait for invalid ones. */
function openList(
  { file, path }: ClientCertificatesConfig['crl'][number],
  files: TlsFiles,
  onTaken: () => void,
): Promise<LiveFiles<RevocationLists> | null> {
  return files.open({
    place: path,
    paths: [path],
    files: [file],
    read: ([bytes]) => readRevocationLists(bytes ?? Buffer.alloc(0), files.clock()),
    expires: ({ until }) => until,
    onTaken,
  })
}
