import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** A certificate and its private key, in PEM. */
export interface Certified {
  readonly cert: string
  readonly key: string
}

export interface CertificateOptions {
  /** The common name; of what signs it, too. */
  readonly subject: string
  /** DNS names, IPv4 addresses and URIs (what holds `://`) of the subjectAltName. */
  readonly names?: readonly string[]
  /** More of its URIs, whatever they look like. */
  readonly uris?: readonly string[]
  /** May sign others (basic constraints). */
  readonly ca?: boolean
  /** How many authorities may stand below it. */
  readonly pathLength?: number
  readonly usage?: 'server' | 'client'
  /** What the key is for; left out: it does not say. */
  readonly keyUsage?: readonly (keyof typeof KEY_USAGE)[]
  readonly serial?: Buffer
  /** DER of further extensions. */
  readonly extensions?: readonly Buffer[]
  /** Days from now; left out: from yesterday to tomorrow. */
  readonly from?: number
  readonly to?: number
  /** Left out: it signs itself. */
  readonly issuer?: { readonly subject: string; readonly privateKey: KeyObject }
  readonly keys?: { readonly privateKey: KeyObject; readonly publicKey: KeyObject }
}

const DAY = 86_400_000

/** RFC 5280, section 4.2.1.3: the first bit is the highest. */
const KEY_USAGE = { digitalSignature: 0x80, keyEncipherment: 0x20, keyCertSign: 0x04, cRLSign: 0x02 }

export function ecKeys(): { readonly privateKey: KeyObject; readonly publicKey: KeyObject } {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' })
}

/** A certificate of RFC 5280, signed with ECDSA and SHA-256. */
export function makeCertificate(options: CertificateOptions): Certified {
  const { subject, from = -1, to = 1 } = options
  const keys = options.keys ?? ecKeys()
  const issuer = options.issuer ?? { subject, privateKey: keys.privateKey }
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const now = Date.now()
  const validity = sequence(time(now + from * DAY), time(now + to * DAY))
  const serial = der(0x02, options.serial ?? randomSerial())
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const info = keys.publicKey.export({ type: 'spki', format: 'der' })
  const parts = [version, serial, algorithm, nameOf(issuer.subject), validity, nameOf(subject), info]
  const extensions = extensionsOf(options)
  const tbs = sequence(...parts, ...(extensions.length === 0 ? [] : [der(0xa3, sequence(...extensions))]))
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', tbs, issuer.privateKey)]))
  return { cert: pem(sequence(tbs, algorithm, signature)), key: keyPem(keys.privateKey) }
}

export interface RevocationListOptions {
  readonly issuer: { readonly subject: string; readonly privateKey: KeyObject }
  readonly serials?: readonly Buffer[]
  /** Days from now; left out: from yesterday to tomorrow. `to: null`: it does not say. */
  readonly from?: number
  readonly to?: number | null
  /** DER of extensions. */
  readonly extensions?: readonly Buffer[]
}

/** A list of RFC 5280, section 5, in PEM. */
export function makeRevocationList({ issuer, serials = [], from = -1, to = 1, extensions = [] }: RevocationListOptions): string {
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const now = Date.now()
  const revoked = serials.map((serial) => sequence(der(0x02, serial), time(now - DAY)))
  const tbs = sequence(
    der(0x02, Buffer.from([1])),
    algorithm,
    nameOf(issuer.subject),
    time(now + from * DAY),
    ...(to === null ? [] : [time(now + to * DAY)]),
    ...(revoked.length === 0 ? [] : [sequence(...revoked)]),
    ...(extensions.length === 0 ? [] : [der(0xa0, sequence(...extensions))]),
  )
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', tbs, issuer.privateKey)]))
  return pem(sequence(tbs, algorithm, signature), 'X509 CRL')
}

export function randomSerial(): Buffer {
  return Buffer.concat([Buffer.from([1]), randomBytes(8)])
}

/** An extension of id-ce (2.5.29). */
export function extension(last: number, critical: boolean, content: Buffer): Buffer {
  return sequence(oid(0x55, 0x1d, last), ...(critical ? [der(0x01, Buffer.from([0xff]))] : []), der(0x04, content))
}

export function keyPem(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function pem(bytes: Buffer, label = 'CERTIFICATE'): string {
  const text = bytes.toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN ${label}-----\n${text}\n-----END ${label}-----\n`
}

function nameOf(subject: string): Buffer {
  return sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(subject)))))
}

function extensionsOf({
  names = [],
  uris = [],
  ca,
  pathLength,
  usage,
  keyUsage,
  extensions = [],
}: CertificateOptions): readonly Buffer[] {
  const list: Buffer[] = []
  const add = (last: number, critical: boolean, content: Buffer) => list.push(extension(last, critical, content))
  const length = pathLength === undefined ? [] : [der(0x02, Buffer.from([pathLength]))]
  if (ca) add(0x13, true, sequence(der(0x01, Buffer.from([0xff])), ...length))
  if (keyUsage) add(0x0f, true, der(0x03, Buffer.from([0, keyUsage.reduce((bits, name) => bits | KEY_USAGE[name], 0)])))
  // id-kp-serverAuth, id-kp-clientAuth.
  if (usage) add(0x25, false, sequence(oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, usage === 'server' ? 1 : 2)))
  const all = [...names.map(generalName), ...uris.map((uri) => der(0x86, Buffer.from(uri, 'latin1')))]
  if (all.length > 0) add(0x11, false, sequence(...all))
  return [...list, ...extensions]
}

function generalName(name: string): Buffer {
  if (/^[\d.]+$/.test(name)) return der(0x87, Buffer.from(name.split('.').map(Number)))
  return der(name.includes('://') ? 0x86 : 0x82, Buffer.from(name))
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`))
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

export function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** X.690, definite lengths. */
export function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
