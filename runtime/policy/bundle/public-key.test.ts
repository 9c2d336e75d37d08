import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { readPublicKeys } from '../index.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const other = generateKeyPairSync('ed25519').publicKey
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const spki = { format: 'pem', type: 'spki' } as const
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const
const jwk = publicKey.export({ format: 'jwk' })

async function kidsOf(text: string): Promise<readonly string[]> {
  const read = readPublicKeys(text)
  if (!read.ok) throw new Error(read.message)
  return read.keys.map(({ kid }) => kid)
}

describe('readPublicKeys', () => {
  it('reads a JWK, a set of them, and PEM with several blocks', async () => {
    const kid = await calculateJwkThumbprint(jwk as never)
    const otherKid = await calculateJwkThumbprint(other.export({ format: 'jwk' }) as never)
    expect(await kidsOf(JSON.stringify(jwk))).toEqual([kid])
    expect(await kidsOf(JSON.stringify({ keys: [jwk, other.export({ format: 'jwk' })] }))).toEqual([kid, otherKid])
    expect(await kidsOf(`${publicKey.export(spki)}${other.export(spki)}`)).toEqual([kid, otherKid])
  })

  it('does not believe a `kid` that the key brings', async () => {
    expect(await kidsOf(JSON.stringify({ ...jwk, kid: 'release' }))).toEqual(await kidsOf(JSON.stringify(jwk)))
  })

  it.each([
    ['a private JWK', JSON.stringify(privateKey.export({ format: 'jwk' })), 'key-private'],
    ['a private PEM', privateKey.export(pkcs8) as string, 'key-private'],
    ['a private key behind a public one', `${publicKey.export(spki)}${privateKey.export(pkcs8)}`, 'key-private'],
    ['a shared secret', '{"kty":"oct","k":"c2VjcmV0"}', 'key-private'],
    ['an RSA key', rsa.publicKey.export(spki) as string, 'key-type'],
    ['an RSA JWK', JSON.stringify(rsa.publicKey.export({ format: 'jwk' })), 'key-type'],
    ['an EC key', ec.publicKey.export(spki) as string, 'key-type'],
    ['an X25519 JWK', '{"kty":"OKP","crv":"X25519","x":"AAAA"}', 'key-type'],
    ['a short key', '{"kty":"OKP","crv":"Ed25519","x":"AAAA"}', 'key-format'],
    [
      'a private key without its end',
      `${publicKey.export(spki)}${privateKey.export(pkcs8)}`.replace('-----END PRIVATE', ''),
      'key-private',
    ],
    [
      'a private key of another kind',
      `${publicKey.export(spki)}${rsa.privateKey.export({ format: 'pem', type: 'pkcs1' })}`,
      'key-private',
    ],
    ['an Ed448 key', generateKeyPairSync('ed448').publicKey.export(spki) as string, 'key-type'],
    ['an Ed448 JWK', JSON.stringify(generateKeyPairSync('ed448').publicKey.export({ format: 'jwk' })), 'key-type'],
    [
      'an RSA key that says it is EdDSA',
      JSON.stringify({ ...rsa.publicKey.export({ format: 'jwk' }), alg: 'EdDSA', crv: 'Ed25519' }),
      'key-type',
    ],
    ['an empty set', '{"keys":[]}', 'key-format'],
    ['half a PEM', '-----BEGIN PUBLIC KEY-----\nMCow', 'key-format'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', 'key-format'],
    ['garbage', 'hello', 'key-format'],
    ['null', 'null', 'key-format'],
  ])('refuses %s', (_, text, code) => {
    expect(readPublicKeys(text)).toMatchObject({ ok: false, code })
  })
})

describe('a key for which anybody can sign', () => {
  const jwkOf = (x: Buffer) => ({ kty: 'OKP', crv: 'Ed25519', x: x.toString('base64url') })

  it.each([
    ['a placeholder of zeros', Buffer.alloc(32)],
    ['zeros with a sign', Buffer.alloc(32).fill(0x80, 31)],
    ['the neutral element', Buffer.alloc(32).fill(1, 0, 1)],
    ['a point of order two', Buffer.from(`ec${'ff'.repeat(30)}7f`, 'hex')],
    ['a point of order eight', Buffer.from('c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'hex')],
    ['zero in another spelling', Buffer.from(`ed${'ff'.repeat(31)}`, 'hex')],
    ['one in another spelling', Buffer.from(`ee${'ff'.repeat(30)}7f`, 'hex')],
  ])('is refused: %s', (_, x) => {
    expect(readPublicKeys(JSON.stringify(jwkOf(x)))).toMatchObject({ ok: false, code: 'key-format' })
  })

  // Newer ones refuse such signatures themselves; we support Nodes that come with older ones.
  it.skipIf(Number.parseFloat(process.versions.openssl) >= 3.5)('would verify what nobody signed, with this OpenSSL', () => {
    const one = Buffer.alloc(32).fill(1, 0, 1)
    const key = createPublicKey({ key: jwkOf(one), format: 'jwk' })
    expect(verify(null, Buffer.from('any manifest'), key, Buffer.concat([one, Buffer.alloc(32)]))).toBe(true)
  })
})
