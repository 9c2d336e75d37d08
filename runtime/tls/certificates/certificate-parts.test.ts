import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stepsOf } from '../../../tests/support/steps.ts'
import { testAuthority } from '../../../tests/support/test-authority.ts'
import { der, extension, makeCertificate, sequence } from '../../../tests/support/x509.ts'
import { readCertificateParts } from './certificate-parts.ts'

const authority = testAuthority()
const rawOf = (pem: string) => new X509Certificate(pem).raw
const read = (options: Parameters<typeof authority.svid>[1] = {}) =>
  readCertificateParts(rawOf(authority.svid('spiffe://a/b', options).cert))

test('what a certificate says', () => {
  const serial = Buffer.from([0x01, 0x02])
  const parts = read({ names: ['a.example', '10.0.0.1', 'b.example'], keyUsage: ['digitalSignature', 'cRLSign'], serial })
  expect(parts).toEqual({
    issuer: readCertificateParts(rawOf(authority.cert))?.issuer,
    serial: '0102',
    uris: ['spiffe://a/b'],
    dnsNames: ['a.example', 'b.example'],
    isAuthority: false,
    pathLength: null,
    keyUsage: { digitalSignature: true, keyCertSign: false, cRLSign: true },
    extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
    otherCritical: [],
    hasNameConstraints: false,
  })
})

test('what an authority says, and what an extension that nobody knows', () => {
  const { cert } = testAuthority('x', {
    pathLength: 3,
    extensions: [extension(0x24, true, sequence()), extension(0x7f, false, sequence())],
  })
  expect(readCertificateParts(rawOf(cert))).toMatchObject({ isAuthority: true, pathLength: 3, otherCritical: ['2.5.29.36'] })
  const confined = testAuthority('x', { extensions: [extension(0x1e, true, sequence())] })
  expect(readCertificateParts(rawOf(confined.cert))).toMatchObject({ hasNameConstraints: true, otherCritical: [] })
})

test('a certificate that says nothing', () => {
  expect(readCertificateParts(rawOf(makeCertificate({ subject: 'x' }).cert))).toMatchObject({
    uris: [],
    dnsNames: [],
    isAuthority: false,
    keyUsage: null,
    extendedKeyUsage: null,
  })
})

describe('what cannot be read', () => {
  test.each<readonly [string, readonly Buffer[]]>([
    ['an extension twice', [extension(0x0f, true, der(0x03, Buffer.from([0, 0x80])))]],
    ['basic constraints that are no list', [extension(0x13, true, der(0x01, Buffer.from([0xff])))]],
    ['a negative length of the path', [extension(0x13, true, sequence(der(0x02, Buffer.from([0x80]))))]],
    ['a boolean of two bytes', [extension(0x13, true, sequence(der(0x01, Buffer.from([0, 0xff]))))]],
    ['bytes behind', [extension(0x13, true, Buffer.concat([sequence(), Buffer.from([0])]))]],
  ])('%s', (_, extensions) => {
    expect(read({ extensions })).toBeNull()
  })

  test('lengths that are not the shortest, indefinite ones, and bytes that are missing', () => {
    const raw = rawOf(authority.svid('spiffe://a/b').cert)
    const content = raw.subarray(4)
    const long = (head: readonly number[]) => Buffer.concat([Buffer.from([0x30, ...head]), content])
    expect(readCertificateParts(long([0x82, content.length >> 8, content.length & 255]))).not.toBeNull()
    expect(readCertificateParts(long([0x83, 0, content.length >> 8, content.length & 255]))).toBeNull()
    expect(readCertificateParts(long([0x80]))).toBeNull()
    expect(readCertificateParts(Buffer.concat([raw, Buffer.from([0])]))).toBeNull()
    for (let length = 0; length < raw.length; length += 1) expect(readCertificateParts(raw.subarray(0, length))).toBeNull()
  })
})

/** A certificate each. */
const CHANGED = process.env.IAP_FULL === '1' ? 20_000 : 4_000

test(`${CHANGED} certificates with bytes that were changed: each is read or not, without much more work than the whole one, and says no more than it did`, () => {
  const raw = rawOf(authority.svid('spiffe://a/b', { names: ['a.example'] }).cert)
  const whole = stepsOf(() => readCertificateParts(raw))
  const changes = fc.array(fc.tuple(fc.nat(raw.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 })
  const samples = fc.sample(changes, { seed: 20_260_301, numRuns: CHANGED })
  const names: string[] = []
  for (let first = 0; first < samples.length; first += 1000) {
    const steps = stepsOf(() => {
      for (const sample of samples.slice(first, first + 1000)) {
        const changed = Buffer.from(raw)
        for (const [at, byte] of sample) changed[at] = byte
        const parts = readCertificateParts(changed)
        if (parts !== null) names.push(...parts.uris, ...parts.dnsNames)
      }
    })
    expect(steps).toBeLessThan(2 * 1000 * whole)
  }
  expect(names.length).toBeGreaterThan(CHANGED / 2)
  expect(names.filter((name) => !/^[!-~]*$/.test(name))).toEqual([])
})
