import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { canonicalize, parseAddressRange, type Trust } from '../../../../request/index.ts'
import { collectLog, fakePolicy, NO_METHOD } from '../../../../tests/support/identity.ts'
import { MOST_TIME, timed } from '../../../../tests/support/processor-time.ts'
import { testAuthority } from '../../../../tests/support/test-authority.ts'
import { readAnchors } from '../../../tls/anchors.ts'
import { createAuthenticator } from '../../create-authenticator.ts'

const RUNS = process.env.IAP_FULL === '1' ? 200_000 : 10_000
const authority = testAuthority('prod')
const svid = authority.svid('spiffe://prod.example/a').cert
const der = new X509Certificate(svid).raw

/** What a forger has: a good certificate, and all the time in the world. */
const mutated = fc
  .array(
    fc.tuple(fc.nat(der.length - 1), fc.nat(255), fc.constantFrom('replace', 'replace', 'replace', 'insert', 'remove', 'cut')),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((changes) => {
    let bytes = der
    for (const [at, byte, how] of changes) {
      const behind = how === 'cut' ? Buffer.alloc(0) : bytes.subarray(how === 'insert' ? at : at + 1)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(how === 'remove' ? [] : [byte]), behind])
    }
    return bytes
  })
  .filter((bytes) => !bytes.equals(der))

const pemOf = (bytes: Buffer) => `-----BEGIN CERTIFICATE-----\n${bytes.toString('base64')}\n-----END CERTIFICATE-----\n`

const lines: fc.Arbitrary<readonly [Trust['certificate'], string]> = fc.oneof(
  mutated.map((bytes) => ['client-cert', `:${bytes.toString('base64')}:`] as const),
  mutated.map((bytes) => ['x-forwarded-client-cert', `Cert="${encodeURIComponent(pemOf(bytes))}"`] as const),
  fc.string({ maxLength: 200 }).map((text) => ['client-cert', text] as const),
  fc
    .array(
      fc.constantFrom('Cert=', '"', ';', ',', '\\', 'Hash=', 'URI=spiffe://prod.example/a', '%0A', encodeURIComponent(svid)),
      {
        maxLength: 8,
      },
    )
    // What is left is one element with the certificate itself, as it should be.
    .map((parts) => ['x-forwarded-client-cert', `Hash=0;${parts.join('')}`] as const),
)

test(`${RUNS} certificates that were changed, and headers: none authenticates, none throws, none takes long`, async () => {
  const read = readAnchors([Buffer.from(authority.cert)])
  const anchors = read.ok ? read.value : null
  const authenticator = createAuthenticator(
    { workload: { ...NO_METHOD, mtls: { trustDomain: 'prod.example', ca: { file: 'ca.pem', path: [] } } } },
    { clock: Date.now, log: collectLog(), anchorsOf: () => anchors },
  )
  const proxies = [parseAddressRange('10.0.0.7') ?? (() => false)]
  const ask = (certificate: Trust['certificate'], value: string) => {
    const made = canonicalize({
      method: 'GET',
      target: '/',
      httpVersion: '1.1',
      rawHeaders: ['Host', 'a.test', certificate ?? '', value],
      peer: '10.0.0.7',
      trust: { proxies, header: 'x-forwarded-for', certificate: certificate ?? null },
    })
    return made.ok ? authenticator.authenticate(made.request, fakePolicy(), {}) : null
  }
  expect(await ask('client-cert', `:${der.toString('base64')}:`)).toMatchObject({ kind: 'caller' })
  const codes = new Map<string, number>()
  let longest = 0
  await fc.assert(
    fc.asyncProperty(lines, async ([certificate, value]) => {
      const [answer, took] = await timed(() => ask(certificate, value))
      longest = Math.max(longest, took)
      if (answer === null) return
      if (answer.kind !== 'refused') throw new Error(`authenticated as ${answer.kind}`)
      codes.set(answer.code, (codes.get(answer.code) ?? 0) + 1)
    }),
    { seed: 20_260_301, numRuns: RUNS },
  )
  // They reach every stage, the last one included.
  for (const code of ['certificate-forwarded', 'certificate-authority', 'certificate-malformed', 'spiffe-id'])
    expect(codes.get(code) ?? 0).toBeGreaterThan(20)
  expect(longest).toBeLessThan(MOST_TIME)
  // With IAP_FULL=1, many times as many.
}, 600_000)
