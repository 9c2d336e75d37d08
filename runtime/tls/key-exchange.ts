import tls, { createSecureContext } from 'node:tls'

/**
 * Key exchange groups in order of preference, in the form of `ecdhCurve`. Finite-field groups are excluded: OpenSSL offers them
 * over TLS 1.3 by default, the peer chooses, and a handshake with ffdhe8192 costs a hundred times one with X25519 (RFC 7919,
 * CVE-2002-20001). P-521 costs five times X25519; it and X448 are excluded because no client needs them.
 */
export const KEY_EXCHANGE_GROUPS: string = firstSupported([
  // OpenSSL 3.5 and later: `*` sends a key share, `/` separates levels of preference, `?` skips a group that the build does not
  // have.
  '?*X25519MLKEM768/?*X25519:?P-256/?P-384',
  'X25519:P-256:P-384',
])

/**
 * Limits the key exchange of every TLS connection of this process that does not set its own groups: to services, issuers,
 * Redis, collectors and bundle sources. Also removes the finite-field cipher suites of TLS 1.2, for which the server chooses
 * parameters of up to 10,000 bits.
 */
export function limitKeyExchange(): void {
  tls.DEFAULT_ECDH_CURVE = KEY_EXCHANGE_GROUPS
  tls.DEFAULT_CIPHERS += ':!kDHE'
}

function firstSupported(lists: readonly string[]): string {
  for (const ecdhCurve of lists) {
    try {
      // Without `ca`, Node parses all root certificates.
      createSecureContext({ ecdhCurve, ca: [] })
      return ecdhCurve
    } catch {}
  }
  throw new Error(
    `this build of OpenSSL has none of the key-exchange groups ${lists.join(' or ')}: ` +
      'run the proxy with another build of Node.js',
  )
}
