import { generateKeyPairSync } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import { describe, expect, it } from 'vitest'
import { generateSigningKey, privateJwk, publicJwk, readSigningKey } from './index.ts'

const ed25519 = generateKeyPairSync('ed25519')
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pkcs8 = { format: 'pem', type: 'pkcs8' } as const
const spki = { format: 'pem', type: 'spki' } as const

describe('signing keys', () => {
  it('has its RFC 7638 thumbprint as identifier', async () => {
    const key = generateSigningKey()
    expect(key.kid).toBe(await calculateJwkThumbprint(publicJwk(key)))
  })

  it('comes back from JWK and from PEM', () => {
    const key = generateSigningKey()
    const jwk = JSON.stringify(privateJwk(key))
    for (const text of [jwk, `\ufeff${jwk}`, key.key.export(pkcs8) as string]) {
      expect(readSigningKey(text)).toMatchObject({ ok: true, key: { kid: key.kid } })
    }
  })

  it('never shows the private half in the public JWK', () => {
    expect(publicJwk(generateSigningKey())).not.toHaveProperty('d')
  })

  it.each([
    ['a public JWK', JSON.stringify(publicJwk(generateSigningKey())), 'key-public'],
    ['a public PEM', ed25519.publicKey.export(spki) as string, 'key-public'],
    ['an RSA PEM', rsa.privateKey.export(pkcs8) as string, 'key-type'],
    ['an RSA JWK', JSON.stringify(rsa.privateKey.export({ format: 'jwk' })), 'key-type'],
    ['an EC PEM', ec.privateKey.export(pkcs8) as string, 'key-type'],
    ['an EC PEM in SEC 1', ec.privateKey.export({ format: 'pem', type: 'sec1' }) as string, 'key-type'],
    ['an EC JWK', JSON.stringify(ec.privateKey.export({ format: 'jwk' })), 'key-type'],
    ['an encrypted PEM', ed25519.privateKey.export({ ...pkcs8, cipher: 'aes-256-cbc', passphrase: 'x' }) as string, 'key-format'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----', 'key-format'],
    ['a damaged PEM', '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----', 'key-format'],
    ['JSON that is no key', '[1]', 'key-format'],
    ['garbage', 'hello', 'key-format'],
    ['nothing', '', 'key-format'],
    ['a short private half', JSON.stringify({ ...privateJwk(generateSigningKey()), d: 'AAAA' }), 'key-format'],
    [
      'halves of two keys',
      JSON.stringify({ ...privateJwk(generateSigningKey()), x: publicJwk(generateSigningKey()).x }),
      'key-format',
    ],
  ])('tells %s apart', (_, text, code) => {
    expect(readSigningKey(text)).toMatchObject({ ok: false, code })
  })
})
