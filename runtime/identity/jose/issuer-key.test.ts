import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { compactJws, testKey } from '../../../tests/support/test-issuer.ts'
import type { JwsAlgorithm } from './algorithms.ts'
import { issuerKey } from './issuer-key.ts'

const rsa = testKey('RS256')
const p256 = testKey('ES256')
const p384 = testKey('ES384')
const ed25519 = testKey('EdDSA')
const without = (jwk: object, ...names: string[]): object => ({
  ...jwk,
  ...Object.fromEntries(names.map((name) => [name, undefined])),
})

describe('a key fits the algorithms of its type, and only those', () => {
  const all: readonly JwsAlgorithm[] = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']
  test.each([
    ['RSA without alg', without(rsa.jwk, 'alg'), ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']],
    ['RSA for PS256', { ...rsa.jwk, alg: 'PS256' }, ['PS256']],
    ['P-256 without alg', without(p256.jwk, 'alg'), ['ES256']],
    ['P-384 without alg', without(p384.jwk, 'alg'), ['ES384']],
    ['Ed25519 without alg', without(ed25519.jwk, 'alg'), ['EdDSA']],
    ['P-256 that says RS256', { ...p256.jwk, alg: 'RS256' }, []],
    ['RSA for encryption by its alg', { ...rsa.jwk, alg: 'RSA-OAEP' }, []],
    ['P-256 that says HS256', { ...p256.jwk, alg: 'HS256' }, []],
  ])('%s', (_, jwk, expected) => {
    expect(all.filter((alg) => issuerKey(jwk)?.fits(alg))).toEqual(expected)
  })
})

test.each([
  ['a shared secret', { kty: 'oct', k: 'c2VjcmV0', alg: 'HS256' }],
  ['a private key', p256.privateKey.export({ format: 'jwk' })],
  ['use enc', { ...rsa.jwk, use: 'enc' }],
  ['key_ops without verify', { ...rsa.jwk, key_ops: ['encrypt'] }],
  ['key_ops a text', { ...rsa.jwk, key_ops: 'verify' }],
  ['no kty', without(p256.jwk, 'kty')],
  ['no point', without(p256.jwk, 'y')],
  ['X25519', { kty: 'OKP', crv: 'X25519', x: ed25519.jwk.x }],
  ['1024 bits', generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })],
  [
    '1024 bits behind zeros',
    { ...short(), n: Buffer.concat([Buffer.alloc(128), Buffer.from(String(short().n), 'base64url')]).toString('base64url') },
  ],
  ['a kid that is no text', { ...p256.jwk, kid: 7 }],
  ['a text', 'key'],
  ['null', null],
])('no key of an issuer: %s', (_, jwk) => {
  expect(issuerKey(jwk)).toBeNull()
})

function short(): { n?: string | undefined } {
  return generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'jwk' })
}

test('verifies with the algorithm that it is asked for', () => {
  const jws = compactJws('{"alg":"RS256"}', '{}', rsa)
  const key = issuerKey(without(rsa.jwk, 'alg'))
  expect(key?.signed(jws, 'RS256')).toBe(true)
  expect(key?.signed(jws, 'PS256')).toBe(false)
  expect(key?.signed(jws, 'ES256')).toBe(false)
})

test('a key that cannot be decoded verifies nothing and throws nothing', () => {
  const key = issuerKey({ ...p256.jwk, x: 'AAAA' })
  expect(key?.signed(compactJws('{"alg":"ES256"}', '{}', p256), 'ES256')).toBe(false)
})

test('the same key has the same id; a restriction makes it another', () => {
  expect(issuerKey(p256.jwk)?.id).toBe(issuerKey({ ...p256.jwk })?.id)
  expect(issuerKey(p256.jwk)?.id).not.toBe(issuerKey(without(p256.jwk, 'use'))?.id)
})
