import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { jwtVerify } from 'jose'
import { expect, test } from 'vitest'
import { authenticateClient } from './authenticate-client.ts'
import { type ClientKey, clientAssertion, readClientKey } from './client-assertion.ts'

const ec = (namedCurve: string) => generateKeyPairSync('ec', { namedCurve }).privateKey
const rsa = (modulusLength: number) => generateKeyPairSync('rsa', { modulusLength }).privateKey
const pem = (key: ReturnType<typeof ec>) => key.export({ type: 'pkcs8', format: 'pem' }).toString()
const jwk = (key: ReturnType<typeof ec>, more: object = {}) => JSON.stringify({ ...key.export({ format: 'jwk' }), ...more })
const p256 = ec('prime256v1')
const long = rsa(2048)

test.each([
  ['P-256, PEM', pem(p256), 'ES256', undefined],
  ['P-256, JWK', jwk(p256, { kid: 'a' }), 'ES256', 'a'],
  ['P-384', pem(ec('secp384r1')), 'ES384', undefined],
  ['Ed25519', pem(generateKeyPairSync('ed25519').privateKey), 'EdDSA', undefined],
  ['RSA', pem(long), 'RS256', undefined],
  ['RSA that says how', jwk(long, { alg: 'PS384' }), 'PS384', undefined],
])('%s', async (_, text, alg, kid) => {
  const key = readClientKey(text) as ClientKey
  expect(key).toMatchObject({ alg, kid })
  const assertion = clientAssertion(key, 'iap', 'https://id.example', Date.now())
  const { payload, protectedHeader } = await jwtVerify(assertion, createPublicKey(key.key), {
    issuer: 'iap',
    subject: 'iap',
    audience: 'https://id.example',
  })
  expect(protectedHeader).toEqual({ alg, typ: 'JWT', ...(kid !== undefined && { kid }) })
  expect(payload).toMatchObject({ aud: 'https://id.example', jti: expect.any(String) })
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(60)
})

test.each([
  ['nothing', '', 'contains no private key'],
  ['a public key', JSON.stringify(createPublicKey(p256).export({ format: 'jwk' })), 'contains no private key'],
  ['a shared one', JSON.stringify({ kty: 'oct', k: 'AAAA' }), 'contains no private key'],
  ['RSA that is short', pem(rsa(1024)), 'key of an unsupported type'],
  ['a curve that nobody takes', pem(ec('secp256k1')), 'key of an unsupported type'],
  ['an `alg` of another kind', jwk(p256, { alg: 'RS256' }), 'key of an unsupported type'],
  ['an `alg` that is none', jwk(p256, { alg: 'none' }), 'key of an unsupported type'],
])('%s', (_, text, message) => {
  expect(readClientKey(text)).toContain(message)
})

test('id and secret are encoded before they are joined (RFC 6749, section 2.3.1)', async () => {
  const authenticate = authenticateClient('a:b', { kind: 'secret', secret: () => 'ü %&+:' }, Date.now)
  const { authorization = '' } = await authenticate(new URLSearchParams(), { issuer: 'x', methods: null })
  expect(Buffer.from(authorization.replace('Basic ', ''), 'base64').toString()).toBe('a%3Ab:%C3%BC+%25%26%2B%3A')
})
