import type { Socket } from 'node:net'
import { parseAddress } from '../../../request/index.ts'
import { type ClientCertificate, tlsConnectionOf } from '../../tls/index.ts'
import type { CheckClients } from './check-config.ts'

/**
 * Returns a function that tells whether the proxy at the other end of a connection may ask for decisions.
 *
 * @param clients proxies that may ask; `null` for a Unix socket, at which everybody may whom its permissions let connect
 * @param clock returns the time in milliseconds since 1970
 */
export function mayAskBy(clients: CheckClients | null, clock: () => number): (socket: Socket) => boolean {
  if (clients === null) return () => true
  const names = new Set(clients.certificates)
  /** It is asked for each check, and a connection keeps its address. */
  const isByAddress = new WeakMap<Socket, boolean>()
  const isAt = (socket: Socket): boolean => {
    let known = isByAddress.get(socket)
    if (known === undefined) {
      known = isAtOneOf(clients.addresses, socket.remoteAddress)
      isByAddress.set(socket, known)
    }
    return known
  }
  return (socket) => isAt(socket) || hasOneOf(names, tlsConnectionOf(socket)?.clientCertificate ?? null, clock() / 1000)
}

/** A connection without an address is one of a Unix socket, or closed. */
function isAtOneOf(ranges: CheckClients['addresses'], remote: string | undefined): boolean {
  const address = parseAddress(remote ?? '')
  return address !== null && ranges.some((range) => range(address))
}

/** The handshake has verified the certificate, which may be invalid since. */
function hasOneOf(names: ReadonlySet<string>, certificate: ClientCertificate | null, now: number): boolean {
  if (names.size === 0 || certificate === null || now < certificate.from || now >= certificate.until) return false
  const { parts } = certificate
  if (parts === null || parts.isAuthority || certificate.isRevoked()) return false
  return namesOf(parts).some((name) => names.has(name))
}

/**
 * An X.509-SVID has exactly one URI (X509-SVID, section 2), and is never known by a DNS name. A DNS name never has the form of a
 * SPIFFE ID, whatever the authority has signed.
 */
function namesOf({ uris, dnsNames }: NonNullable<ClientCertificate['parts']>): readonly string[] {
  if (uris.some((uri) => /^spiffe:/i.test(uri))) return uris.length === 1 ? uris : []
  return dnsNames.filter((name) => !name.includes(':')).map((name) => name.toLowerCase())
}
