import { createHash, generateKeyPairSync, sign } from 'node:crypto'

/** A certificate that nobody vouches for, for one name or IPv4 address, valid for a day; ECDSA with P-256 (RFC 5280). */
export function selfSigned(name: string): { readonly key: string; readonly cert: string } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const algorithm = sequence(oid(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02))
  const subject = sequence(der(0x31, sequence(oid(0x55, 0x04, 0x03), der(0x0c, Buffer.from(name)))))
  const now = Date.now()
  const validity = sequence(time(now - 86_400_000), time(now + 86_400_000))
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), createHash('sha256').update(String(now)).digest().subarray(0, 8)]))
  const version = der(0xa0, der(0x02, Buffer.from([2])))
  const info = publicKey.export({ type: 'spki', format: 'der' })
  const tbs = sequence(version, serial, algorithm, subject, validity, subject, info, extensions(name))
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', tbs, privateKey)]))
  const der64 = sequence(tbs, algorithm, signature).toString('base64')
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${der64.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`,
  }
}

/** Basic constraints (it vouches for itself), and the name. */
function extensions(name: string): Buffer {
  const address = /^[\d.]+$/.test(name)
  const general = address ? der(0x87, Buffer.from(name.split('.').map(Number))) : der(0x82, Buffer.from(name))
  const names = sequence(oid(0x55, 0x1d, 0x11), der(0x04, sequence(general)))
  const authority = sequence(
    oid(0x55, 0x1d, 0x13),
    der(0x01, Buffer.from([0xff])),
    der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
  )
  return der(0xa3, sequence(authority, names))
}

function time(ms: number): Buffer {
  const text = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`))
}

function oid(...bytes: number[]): Buffer {
  return der(0x06, Buffer.from(bytes))
}

function sequence(...parts: Buffer[]): Buffer {
  return der(0x30, Buffer.concat(parts))
}

/** X.690, definite lengths. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content
  const head = length < 128 ? [tag, length] : length < 256 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 255]
  return Buffer.concat([Buffer.from(head), content])
}
