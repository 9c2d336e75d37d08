import { createPrivateKey, type KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import type { FilesRead } from '../live-files.ts'
import { CertificateNames } from './certificate-names.ts'
import { certificatesIn } from './pem.ts'

/** A certificate with its chain and private key. */
export interface KeyPair {
  /** Certificate chain in PEM, the leaf first. */
  readonly cert: string
  /** Private key in PEM, as in the file. */
  readonly key: string
  readonly names: CertificateNames
  /** Start of the certificate's validity in milliseconds since 1970. */
  readonly validFrom: number
  readonly validTo: number
}

/** Minimum size of RSA keys in bits (RFC 9325, section 4.5). */
const LEAST_RSA_BITS = 2048

/** Parses a certificate file and a key file. Problems of the pair are reported for the certificate file. */
export function readKeyPair([certBytes, keyBytes]: readonly Buffer[]): FilesRead<KeyPair> {
  const read = certificatesIn(certBytes ?? Buffer.alloc(0))
  if (!read.ok) return { ok: false, file: 0, message: read.message }
  const [leaf] = read.certificates
  const keyText = (keyBytes ?? Buffer.alloc(0)).toString('latin1')
  const key = readKey(keyText)
  if (typeof key === 'string') return { ok: false, file: 1, message: key }
  if (!leaf.checkPrivateKey(key)) {
    const other = read.certificates.findIndex((each) => each.checkPrivateKey(key))
    const message =
      other === -1
        ? 'is not the certificate of its `key`'
        : `has the certificate of its \`key\` in place ${other + 1}: it must come first`
    return { ok: false, file: 0, message }
  }
  const bits = key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : LEAST_RSA_BITS
  if (bits < LEAST_RSA_BITS)
    return { ok: false, file: 1, message: `is an RSA key of ${bits} bits, but needs at least ${LEAST_RSA_BITS}` }
  const cert = read.certificates.map((each) => each.toString()).join('')
  const unusable = refusedByTls(cert, keyText)
  if (unusable !== null) return { ok: false, file: 0, message: `cannot be used for TLS: ${unusable}` }
  const pair = { cert, key: keyText, names: new CertificateNames(leaf) }
  return { ok: true, value: { ...pair, validFrom: Date.parse(leaf.validFrom), validTo: Date.parse(leaf.validTo) } }
}

/** Parses the key pair of a listener. The certificate must name a host, as no client could accept it otherwise. */
export function readServerPair(files: readonly Buffer[]): FilesRead<KeyPair> {
  const read = readKeyPair(files)
  if (!read.ok || read.value.names.all.length > 0) return read
  return { ok: false, file: 0, message: 'names no host: it needs a subjectAltName with a DNS name or an IP address' }
}

/** Returns why a certificate is invalid at `now` (milliseconds since 1970), or `null` if it is valid. */
export function invalidNow({ validFrom, validTo }: KeyPair, now: number): string | null {
  if (now >= validTo) return `expired on ${new Date(validTo).toISOString()}`
  return now < validFrom ? `is valid only from ${new Date(validFrom).toISOString()} on` : null
}

/** Parses a private key, or returns a problem without OpenSSL's message, which would describe bytes of a secret. */
function readKey(text: string): KeyObject | string {
  if (text.trim() === '') return 'is empty'
  try {
    return createPrivateKey(text)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_MISSING_PASSPHRASE' || text.includes('ENCRYPTED')
      ? 'is encrypted: this version reads private keys without a passphrase'
      : 'holds no private key in PEM'
  }
}

function refusedByTls(cert: string, key: string): string | null {
  try {
    createSecureContext({ cert, key })
    return null
  } catch (error) {
    return (error as Error).message
  }
}
