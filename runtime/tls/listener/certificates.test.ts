import { X509Certificate } from 'node:crypto'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { makeCertificate } from '../../../tests/support/x509.ts'
import { CertificateNames } from '../certificates/certificate-names.ts'
import type { KeyPair } from '../certificates/key-pair.ts'
import type { LiveFiles } from '../live-files.ts'
import { Certificates } from './certificates.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

function pairFor(name: string): LiveFiles<KeyPair> {
  const { cert, key } = makeCertificate({ subject: name, names: [name] })
  const names = new CertificateNames(new X509Certificate(cert))
  return { current: { cert, key, names, validFrom: 0, validTo: 0 } } as LiveFiles<KeyPair>
}

test('keys of tickets are made anew every hour, until it is closed', () => {
  const certificates = new Certificates({ certificates: [], minVersion: 'TLSv1.2', clients: null }, [pairFor('a.test')], null, [])
  const seen = [certificates.defaults.ticketKeys?.toString('hex')]
  certificates.onChange = () => seen.push(certificates.defaults.ticketKeys?.toString('hex'))
  vi.advanceTimersByTime(3_600_000 * 3)
  expect(seen).toHaveLength(4)
  expect(new Set(seen).size).toBe(4)
  certificates.close()
  vi.advanceTimersByTime(3_600_000 * 3)
  expect(seen).toHaveLength(4)
})

test('what cannot be used changes nothing', () => {
  const pair = pairFor('a.test')
  const certificates = new Certificates({ certificates: [], minVersion: 'TLSv1.2', clients: null }, [pair], null, [])
  const before = [certificates.defaults, certificates.choose('a.test')]
  pair.current = { ...(pair.current as KeyPair), key: 'none' }
  expect(() => certificates.renew()).toThrow()
  vi.advanceTimersByTime(3_600_000)
  expect([certificates.defaults, certificates.choose('a.test')]).toEqual(before)
  certificates.close()
})
