import { X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { makeCertificate } from '../../../tests/support/x509.ts'
import { CertificateNames } from './certificate-names.ts'

function namesOf(...names: string[]): CertificateNames {
  return new CertificateNames(new X509Certificate(makeCertificate({ subject: 'common.test', names }).cert))
}

test('names are the DNS names and addresses of the certificate, in the spelling of hosts', () => {
  expect(namesOf('A.Test', '*.B.Test', '10.0.0.1', 'spiffe://c.test/d').all).toEqual(['a.test', '*.b.test', '10.0.0.1'])
})

test('the common name counts for nothing', () => {
  expect(namesOf().all).toEqual([])
  expect(namesOf('a.test').fit('common.test')).toBeNull()
})

describe('a wildcard', () => {
  const names = namesOf('*.shop.test', 'a.shop.test')
  test.each([
    ['a.shop.test', 'exact'],
    ['b.shop.test', 'wildcard'],
    ['shop.test', null],
    ['.shop.test', null],
    ['b.a.shop.test', null],
    ['xshop.test', null],
    ['*.shop.test', 'wildcard'],
  ])('%s: %s', (host, fit) => {
    expect(names.fit(host)).toBe(fit)
  })
})

test.each(['a*.shop.test', '*a.shop.test', 'a.*.test', '*', '*.*.test', '*.', 'a test', 'a.test:443', 'a..test', ''])(
  '%j is the name of no host',
  (name) => {
    expect(namesOf(name).all).toEqual([])
  },
)

test('an address counts where it stands as an address, and no wildcard is for one', () => {
  expect(namesOf('10.0.0.1').fit('10.0.0.1')).toBe('exact')
  expect(namesOf('*.0.0.1').fit('10.0.0.1')).toBeNull()
})

test('a name cannot say that it is two', () => {
  const names = namesOf('a.test, DNS:evil.test', 'spiffe://x/", DNS:evil.test', 'b.test')
  expect(names.all).toEqual(['b.test'])
})
