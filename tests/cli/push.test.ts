// `iap push`: what is in the registry afterwards, what a proxy takes from there, and what is refused.

import { createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { askRegistry } from '../../runtime/policy/source/ask-registry.ts'
import { parseReference, type Reference } from '../../runtime/policy/source/reference.ts'
import { digestOf, hasRegistry, REGISTRY_USER, startRegistry, type TestRegistry } from '../support/registry.ts'
import { project } from './iap.ts'
import { inside } from './inside.ts'

const ENVELOPE = 'application/vnd.dsse.envelope.v1+json'
const COMMIT = 'a'.repeat(40)
const ORIGIN = [
  ...['--builder', 'https://ci.example/shop/policy.yml@main', '--run', 'https://ci.example/runs/7'],
  ...['--source', 'git+https://git.example/shop', '--commit', COMMIT],
]

/** A project with a signed bundle. */
async function built(sequence = 1): Promise<string> {
  const cwd = project()
  expect((await inside(['keygen', '-o', 'key.jwk', '--public', 'key.pem'], { cwd })).code).toBe(0)
  const { code, stderr } = await inside(
    ['build', 'policies', '-o', 'policy.iapb', '--sign', 'key.jwk', '--sequence', `${sequence}`],
    { cwd },
  )
  expect(code, stderr).toBe(0)
  return cwd
}

interface Manifest {
  readonly artifactType?: string
  readonly config: { readonly mediaType: string; readonly digest: string }
  readonly layers: readonly { readonly mediaType: string; readonly digest: string; readonly annotations?: object }[]
}

/** Verifies an envelope as the DSSE protocol says, and returns its statement. */
function statementIn(text: string, key: KeyObject): Record<string, unknown> {
  const { payloadType, payload, signatures } = JSON.parse(text)
  const body = Buffer.from(payload, 'base64')
  const signed = Buffer.concat([Buffer.from(`DSSEv1 ${payloadType.length} ${payloadType} ${body.length} `), body])
  const algorithm = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  expect(verify(algorithm, signed, key, Buffer.from(signatures[0].sig, 'base64'))).toBe(true)
  expect([payloadType, signatures.length]).toEqual(['application/vnd.in-toto+json', 1])
  return JSON.parse(body.toString())
}

/** Without one only on a machine that is not CI. */
describe.skipIf(!hasRegistry() && process.env.CI === undefined)('a registry', () => {
  let registry: TestRegistry
  beforeAll(async () => {
    registry = await startRegistry({ basic: true })
  })
  afterAll(() => registry?.close())

  const { username, password } = REGISTRY_USER
  const login = ['--username', username, '--password-env', 'PASSWORD']
  const env = { PASSWORD: password }
  const headers = {
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`,
    accept: 'application/vnd.oci.image.manifest.v1+json',
  }
  const get = async (path: string) => await (await fetch(`http://${registry.host}/v2/shop/${path}`, { headers })).text()

  test('has the bundle for proxies, and an attestation for cosign', async () => {
    const cwd = await built()
    const target = `oci://${registry.host}/shop:production`
    const pushed = await inside(['push', 'policy.iapb', target, ...login, '--attest', 'key.jwk', ...ORIGIN], { cwd, env })
    expect(pushed, pushed.stderr).toMatchObject({ code: 0, stderr: `✓ ${target} sequence 1, attested\n` })

    const text = await get('manifests/production')
    const digest = digestOf(Buffer.from(text))
    expect(pushed.stdout).toBe(`oci://${registry.host}/shop@${digest}\n`)
    const bundle = readFileSync(join(cwd, 'policy.iapb'))
    const options = { ...(parseReference(target) as Reference), username, password: () => password }
    const taken = await askRegistry(options, null, { signal: AbortSignal.timeout(60_000) } as Parameters<typeof askRegistry>[2])
    expect(taken).toMatchObject({ kind: 'bundle', tag: digest })
    expect(taken.kind === 'bundle' && Buffer.from(taken.bytes).equals(bundle)).toBe(true)

    const attestations: Manifest = JSON.parse(await get(`manifests/${digest.replace(':', '-')}.att`))
    expect(attestations.layers).toEqual([
      {
        mediaType: ENVELOPE,
        digest: expect.stringMatching(/^sha256:/),
        size: expect.any(Number),
        annotations: { 'dev.cosignproject.cosign/signature': '', predicateType: 'https://slsa.dev/provenance/v1' },
      },
    ])
    const key = createPublicKey(readFileSync(join(cwd, 'key.pem')))
    const statement = statementIn(await get(`blobs/${attestations.layers[0]?.digest}`), key)
    expect(statement).toMatchObject({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: `${registry.host}/shop`, digest: { sha256: digest.slice(7) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'urn:iap-proxy:build:policy:1',
          externalParameters: { revision: expect.stringMatching(/^sha256:/), sequence: 1 },
          resolvedDependencies: [{ uri: 'git+https://git.example/shop', digest: { gitCommit: COMMIT } }],
        },
        runDetails: {
          builder: { id: 'https://ci.example/shop/policy.yml@main' },
          metadata: { invocationId: 'https://ci.example/runs/7' },
        },
      },
    })
  })

  test('keeps the attestations of several keys, each once', async () => {
    const cwd = await built(2)
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const TEXT = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    const words = ['push', 'policy.iapb', `oci://${registry.host}/shop:two`, ...login, ...ORIGIN]
    for (const attest of [
      ['--attest', 'key.jwk'],
      ['--attest', 'key.jwk'],
      ['--attest-env', 'TEXT'],
    ])
      expect((await inside([...words, ...attest], { cwd, env: { ...env, TEXT } })).code).toBe(0)
    const tag = `${digestOf(Buffer.from(await get('manifests/two'))).replace(':', '-')}.att`
    const { layers, config }: Manifest = JSON.parse(await get(`manifests/${tag}`))
    expect(layers).toHaveLength(2)
    statementIn(await get(`blobs/${layers[1]?.digest}`), publicKey)
    expect(JSON.parse(await get(`blobs/${config.digest}`)).rootfs.diff_ids).toEqual(layers.map(({ digest }) => digest))
  })

  test('that refuses the user keeps its tag', async () => {
    const cwd = await built(3)
    const words = ['push', 'policy.iapb', `oci://${registry.host}/shop:three`]
    const wrong = await inside([...words, ...login], { cwd, env: { PASSWORD: 'wrong' } })
    expect([wrong.code, wrong.stdout]).toEqual([2, ''])
    expect(wrong.stderr).toMatch(/^error: `three` was not set: .* answers 401: check the credentials/)
    expect((await inside(words, { cwd })).stderr).toContain('check `--username` and `--password-env`')
    expect(await get('manifests/three')).toContain('MANIFEST_UNKNOWN')
  })
})

test.each<[string, readonly string[], string]>([
  ['no reference', ['registry.example/shop:a'], '`registry.example/shop:a` is not the reference of an artifact by its tag'],
  ['a digest', [`oci://r.example/a@sha256:${'0'.repeat(64)}`], 'is not the reference of an artifact by its tag'],
  ['an attestation without a builder', ['oci://r.example/a:b', '--attest', 'key.jwk'], 'an attestation needs `--builder URI`'],
  ['a builder without an attestation', ['oci://r.example/a:b', '--builder', 'urn:a'], '`--builder` needs `--attest KEY`'],
  ['a builder that is no URI', ['oci://r.example/a:b', '--attest', 'key.jwk', '--builder', 'a b'], '`--builder` must be a URI'],
  ['a branch as the commit', ['oci://r.example/a:b', '--commit', 'main'], '`--commit` must be the hash of a commit'],
  [
    'a user without a password',
    ['oci://r.example/a:b', '--username', 'ann'],
    '`--username` and `--password-env` belong together',
  ],
  ['a public key', ['oci://r.example/a:b', '--attest', 'key.pem', '--builder', 'urn:a'], 'it is not a private key'],
])('%s is an error', async (_, words, message) => {
  const cwd = project()
  await inside(['keygen', '-o', 'key.jwk', '--public', 'key.pem'], { cwd })
  const { code, stdout, stderr } = await inside(['push', 'policy.iapb', ...words], { cwd })
  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toContain(message)
})

test.each([
  ['P-384', generateKeyPairSync('ec', { namedCurve: 'P-384' }), 'this key is ec secp384r1'],
  ['RSA', generateKeyPairSync('rsa', { modulusLength: 2048 }), 'this key is rsa'],
])('a key of %s attests nothing', async (_, { privateKey }, message) => {
  const cwd = project()
  writeFileSync(join(cwd, 'key.pem'), privateKey.export({ type: 'pkcs8', format: 'pem' }))
  const words = ['push', 'policy.iapb', 'oci://r.example/a:b', '--attest', 'key.pem', '--builder', 'urn:a']
  expect(await inside(words, { cwd })).toMatchObject({ code: 2, stderr: expect.stringContaining(message) })
})

test('a bundle without a signature is not pushed', async () => {
  const cwd = project()
  await inside(['build', 'policies', '-o', 'policy.iapb'], { cwd })
  const { code, stderr } = await inside(['push', 'policy.iapb', 'oci://r.example/a:b'], { cwd })
  expect([code, stderr]).toEqual([1, '✗ policy.iapb: nothing was pushed: the bundle is not signed: sign it with `iap sign`\n'])
})

test.each<[string, string | undefined, RegExp]>([
  ['nowhere', undefined, /names no place for the upload/],
  ['without TLS elsewhere', 'http://elsewhere.example/upload', /is not https: `http:\/\/elsewhere\.example`/],
])('an upload that leads %s ends the push', async (_, location, message) => {
  const cwd = await built()
  const seen: string[] = []
  const server = createServer(({ method, url }, response) => {
    seen.push(`${method} ${url?.replace(/sha256:.*/, '…')}`)
    if (method === 'HEAD') response.writeHead(404).end()
    else response.writeHead(202, location === undefined ? {} : { location }).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const target = `oci://127.0.0.1:${(server.address() as AddressInfo).port}/shop:a`
  const { code, stderr } = await inside(['push', 'policy.iapb', target], { cwd })
  expect([code, stderr]).toEqual([2, expect.stringMatching(message)])
  expect(seen).toEqual(['HEAD /v2/shop/blobs/…', 'POST /v2/shop/blobs/uploads/'])
})
