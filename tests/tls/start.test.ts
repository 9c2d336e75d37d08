import { generateKeyPairSync } from 'node:crypto'
import { chmodSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkConfig, createLog, type Problem, StartupError, startProxy } from '../../runtime/index.ts'
import { type Config, loadConfig } from '../../runtime/server/config/index.ts'
import { startTestProxy, startUpstream, type TestProxy, type TestUpstream } from '../support/start-test-proxy.ts'
import { testAuthority } from '../support/test-authority.ts'
import { ecKeys, keyPem, makeCertificate } from '../support/x509.ts'
import { shownTo } from './tls-client.ts'

/** What a proxy with files for TLS says before it starts. */
const authority = testAuthority()
const good = authority.server(['app.test'])
let app: TestProxy
let upstream: TestUpstream

beforeAll(async () => {
  upstream = await startUpstream((_, response) => response.end('fine'))
  app = await startTestProxy([upstream.origin])
})

afterAll(async () => {
  await app?.close()
  await upstream?.close()
})

/** The configuration of the running proxy, with this listener and a state of its own. */
function configWith(listener: string, files: Readonly<Record<string, string>>): Config {
  for (const name of ['a.pem', 'a.key', 'ca.pem']) rmSync(join(app.folder, name), { force: true })
  for (const [name, text] of Object.entries(files)) writeFileSync(join(app.folder, name), text, { mode: 0o600 })
  const text = `listeners:
  - address: 127.0.0.1:0
    tls: ${listener}
bundle: { source: ./policy.iapb, keys: [./key.jwk.json], state: ./other }
`
  const loaded = loadConfig(text, join(app.folder, 'iap.yaml'))
  if (!loaded.ok) throw new Error(loaded.errors.map(({ message }) => message).join('\n'))
  return { ...app.config, listeners: loaded.config.listeners, source: loaded.config.source }
}

async function problemsOf(config: Config, log: string[] = []): Promise<readonly Problem[]> {
  rmSync(join(app.folder, 'state'), { recursive: true, force: true })
  try {
    const proxy = await startProxy({ ...config, audit: [], admin: null }, { log: createLog((line) => log.push(line)) })
    await proxy.close()
    return []
  } catch (error) {
    if (error instanceof StartupError) return error.problems
    throw error
  }
}

const RSA_1024 = generateKeyPairSync('rsa', { modulusLength: 1024 })
const PAIR = '{ cert: a.pem, key: a.key }'
const WITH_CA = '{ cert: a.pem, key: a.key, clientCa: ca.pem }'

describe('start and check say the same, each with the place', () => {
  test.each<[string, string, Record<string, string>, RegExp, Problem['fault']]>([
    ['no certificate', PAIR, { 'a.key': good.key }, /iap\.yaml:3:12: `.*a\.pem` does not exist/, 'environment'],
    ['no key', PAIR, { 'a.pem': good.cert }, /iap\.yaml:3:25: `.*a\.key` does not exist/, 'environment'],
    ['an empty certificate', PAIR, { 'a.pem': '\n', 'a.key': good.key }, /3:12: `.*a\.pem` is empty/, 'content'],
    ['an empty key', PAIR, { 'a.pem': good.cert, 'a.key': '' }, /3:25: `.*a\.key` is empty/, 'content'],
    [
      'a key in place of the certificate',
      PAIR,
      { 'a.pem': good.key, 'a.key': good.key },
      /holds no certificate in PEM/,
      'content',
    ],
    [
      'a certificate in place of the key',
      PAIR,
      { 'a.pem': good.cert, 'a.key': good.cert },
      /holds no private key in PEM/,
      'content',
    ],
    [
      'a key that does not fit',
      PAIR,
      { 'a.pem': good.cert, 'a.key': keyPem(ecKeys().privateKey) },
      /3:12: `.*a\.pem` is not the certificate of its `key`/,
      'content',
    ],
    [
      'a chain that is upside down',
      PAIR,
      { 'a.pem': authority.cert + good.cert, 'a.key': good.key },
      /has the certificate of its `key` in place 2: it must come first/,
      'content',
    ],
    ['half a chain', PAIR, { 'a.pem': good.cert + authority.cert.slice(0, 200), 'a.key': good.key }, /is cut off/, 'content'],
    [
      'a chain of which something is none',
      PAIR,
      { 'a.pem': `${good.cert}-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n`, 'a.key': good.key },
      /contains something at position 2 that is not a certificate: expected PEM blocks `CERTIFICATE`/,
      'content',
    ],
    [
      'a key with a passphrase',
      PAIR,
      {
        'a.pem': good.cert,
        'a.key': ecKeys().privateKey.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString(),
      },
      /is encrypted: this version reads private keys without a passphrase/,
      'content',
    ],
    [
      'a short key',
      PAIR,
      {
        'a.pem': makeCertificate({
          subject: 'app.test',
          names: ['app.test'],
          keys: RSA_1024,
          issuer: { subject: 'x', privateKey: ecKeys().privateKey },
        }).cert,
        'a.key': keyPem(RSA_1024.privateKey),
      },
      /is an RSA key of 1024 bits, but needs at least 2048/,
      'content',
    ],
    [
      'a common name alone',
      PAIR,
      ((pair) => ({ 'a.pem': pair.cert, 'a.key': pair.key }))(makeCertificate({ subject: 'app.test' })),
      /names no host: it needs a subjectAltName/,
      'content',
    ],
    ['no authorities', WITH_CA, { 'a.pem': good.cert, 'a.key': good.key }, /3:37: `.*ca\.pem` does not exist/, 'environment'],
    [
      'authorities without a root',
      WITH_CA,
      { 'a.pem': good.cert, 'a.key': good.key, 'ca.pem': good.cert },
      /3:37: `.*ca\.pem` contains no root/,
      'content',
    ],
  ])('%s', async (_, listener, files, message, fault) => {
    const config = configWith(listener, files)
    for (const problems of [await problemsOf(config), await checkConfig(config)]) {
      expect(problems.map((problem) => problem.message)).toEqual([expect.stringMatching(message)])
      expect(problems[0]?.fault).toBe(fault)
      expect(problems[0]?.message).not.toMatch(/[A-Za-z0-9+/]{60}/)
    }
  })

  test('of several certificates, the place is that of the one', async () => {
    const listener = '{ certificates: [{ cert: a.pem, key: a.key }, { cert: a.pem, key: b.key }] }'
    const config = configWith(listener, { 'a.pem': good.cert, 'a.key': good.key, 'b.key': 'x' })
    expect((await checkConfig(config))[0]?.message).toMatch(/iap\.yaml:3:71: `.*b\.key` holds no private key/)
  })
})

test.each([
  ['has expired', { from: -3, to: -2 }, /a\.pem` expired on 2/],
  ['is not valid yet', { from: 2, to: 3 }, /a\.pem` is valid only from 2.* on/],
])('a certificate that %s: a start warns, a check says no', async (_, options, message) => {
  const { cert, key } = authority.server(['app.test'], options)
  const config = configWith(PAIR, { 'a.pem': cert, 'a.key': key })
  const log: string[] = []
  expect(await problemsOf(config, log)).toEqual([])
  expect(log.find((line) => / warn /.test(line))).toMatch(message)
  expect(await checkConfig(config)).toEqual([{ fault: 'content', message: expect.stringMatching(message) }])
})

test('nothing is wrong where nothing is', async () => {
  const config = configWith(WITH_CA, { 'a.pem': good.cert + authority.cert, 'a.key': good.key, 'ca.pem': authority.cert })
  const log: string[] = []
  expect(await problemsOf(config, log)).toEqual([])
  expect(await checkConfig(config)).toEqual([])
  expect(log.filter((line) => / (warn|error) /.test(line))).toEqual([])
})

test.skipIf(process.platform === 'win32')('a key that everybody can open is warned of', async () => {
  const config = configWith(PAIR, { 'a.pem': good.cert, 'a.key': good.key })
  chmodSync(join(app.folder, 'a.key'), 0o644)
  const log: string[] = []
  expect(await problemsOf(config, log)).toEqual([])
  expect(log.find((line) => / warn /.test(line))).toMatch(/a\.key` is a private key that all users of this machine can read/)
})

test('RSA keys do, too, and certificate and key may stand in one file', async () => {
  const keys = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const { cert, key } = authority.server(['rsa.test'], { keys })
  const other = await startTestProxy([upstream.origin], {
    listener: 'tls: { cert: a.pem, key: a.pem }',
    files: { 'a.pem': `comment\n${key}\n${cert}` },
  })
  expect(await shownTo(other.port, 'rsa.test')).toBe('rsa.test')
  await other.close()
})
