import { createHash, X509Certificate } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { canonicalize, parseAddressRange, type Trust } from '../../../../request/index.ts'
import { testAuthority } from '../../../../tests/support/test-authority.ts'
import { ForwardedCertificates } from './forwarded-certificate.ts'

/** Class "forwarded certificate believed": of whoever sends it, of several, or of what somebody has read out of it (Envoy's own warning about `APPEND_FORWARD`; RFC 9440, section 4). */

const authority = testAuthority('prod')
const middle = authority.below('middle')
const pem = middle.svid('spiffe://prod.example/a').cert
const other = authority.svid('spiffe://prod.example/b').cert
const derOf = (text: string) => new X509Certificate(text).raw
const fingerprint = (text: string) => createHash('sha256').update(derOf(text)).digest('base64url')
const hex = createHash('sha256').update(derOf(pem)).digest('hex')
const item = (text: string) => `:${derOf(text).toString('base64')}:`
const url = (text: string) => encodeURIComponent(text)

function read(certificate: Trust['certificate'], lines: readonly (readonly [string, string])[], peer = '10.0.0.7') {
  const proxies = [parseAddressRange('10.0.0.7') as NonNullable<ReturnType<typeof parseAddressRange>>]
  const made = canonicalize({
    method: 'GET',
    target: '/',
    httpVersion: '1.1',
    rawHeaders: ['Host', 'a.test', ...lines.flat()],
    peer,
    trust: { proxies, header: 'x-forwarded-for', certificate: certificate ?? null },
  })
  if (!made.ok) return made.refusal.code
  const found = new ForwardedCertificates().read(made.request)
  return found === null || found === 'unreadable' ? found : found.text
}

type Case = readonly [string, readonly (readonly [string, string])[], string | null]
const XFCC = 'X-Forwarded-Client-Cert'
const good = `Cert="${url(pem)}"`

describe('X-Forwarded-Client-Cert', () => {
  test.each<Case>([
    ['the certificate', [[XFCC, good]], fingerprint(pem)],
    ['in small letters', [[XFCC, `cert="${url(pem)}"`]], fingerprint(pem)],
    ['without quotes', [[XFCC, `Cert=${url(pem)}`]], fingerprint(pem)],
    [
      'all that Envoy sends',
      [
        [
          XFCC,
          `By=spiffe://x/y;Hash=${hex};${good};Chain="${url(pem + middle.cert)}";Subject="CN=a\\",b;c";URI=spiffe://z/z;DNS=a;DNS=b`,
        ],
      ],
      fingerprint(pem),
    ],
    ['none', [], null],
    ['another header', [['Client-Cert', item(pem)]], null],
    ['empty', [[XFCC, '']], 'unreadable'],
    ['two elements', [[XFCC, `${good},${good}`]], 'unreadable'],
    ['two elements, of which one is nothing', [[XFCC, `${good},`]], 'unreadable'],
    [
      'two lines',
      [
        [XFCC, good],
        [XFCC, good],
      ],
      'unreadable',
    ],
    [
      'another spelling beside',
      [
        [XFCC, good],
        ['X_Forwarded_Client_Cert', good],
      ],
      'unreadable',
    ],
    ['another spelling alone', [['X_Forwarded_Client_Cert', good]], 'unreadable'],
    ['two certificates in two pairs', [[XFCC, `${good};Cert="${url(other)}"`]], 'unreadable'],
    ['two certificates in one', [[XFCC, `Cert="${url(pem + other)}"`]], 'unreadable'],
    ['two chains', [[XFCC, `${good};Chain="${url(pem)}";Chain="${url(pem)}"`]], 'unreadable'],
    ['what was read out of one alone', [[XFCC, `Hash=${hex};URI=spiffe://prod.example/a;Subject="CN=a"`]], 'unreadable'],
    ['a hash of another', [[XFCC, `Hash=${'0'.repeat(64)};${good}`]], 'unreadable'],
    ['a quote that does not end', [[XFCC, `Subject="x;${good}`]], 'unreadable'],
    ['a pair without a value', [[XFCC, `Subject;${good}`]], 'unreadable'],
    ['a pair without a name', [[XFCC, `=x;${good}`]], 'unreadable'],
    ['a certificate within a name', [[XFCC, `Subject="a;Cert=${url(pem)}"`]], 'unreadable'],
    ['a bad escape', [[XFCC, `Cert="%zz"`]], 'unreadable'],
    ['half a certificate', [[XFCC, `Cert="${url(pem.slice(0, 300))}"`]], 'unreadable'],
    ['a chain that is none', [[XFCC, `${good};Chain="x"`]], 'unreadable'],
    ['a semicolon at the end', [[XFCC, `${good};`]], 'unreadable'],
    [
      'taken away by its own connection',
      [
        [XFCC, good],
        ['Connection', XFCC],
      ],
      fingerprint(pem),
    ],
  ])('%s', (_, lines, expected) => {
    expect(read('x-forwarded-client-cert', lines)).toBe(expected)
  })
})

describe('Client-Cert (RFC 9440)', () => {
  const line = ['Client-Cert', item(pem)] as const
  test.each<Case>([
    ['the certificate', [line], fingerprint(pem)],
    ['with its chain', [line, ['Client-Cert-Chain', `${item(middle.cert)}, ${item(authority.cert)}`]], fingerprint(pem)],
    [
      'with its chain in lines',
      [line, ['Client-Cert-Chain', item(middle.cert)], ['Client-Cert-Chain', item(authority.cert)]],
      fingerprint(pem),
    ],
    ['none', [], null],
    ['a chain of none', [['Client-Cert-Chain', item(middle.cert)]], null],
    ['the other header', [[XFCC, good]], null],
    ['two lines', [line, line], 'unreadable'],
    ['another spelling beside', [line, ['Client_Cert', item(pem)]], 'unreadable'],
    ['a list', [['Client-Cert', `${item(pem)}, ${item(pem)}`]], 'unreadable'],
    ['a parameter', [['Client-Cert', `${item(pem)};a=1`]], 'unreadable'],
    ['no colons', [['Client-Cert', derOf(pem).toString('base64')]], 'unreadable'],
    ['a text', [['Client-Cert', `"${derOf(pem).toString('base64')}"`]], 'unreadable'],
    ['another alphabet', [['Client-Cert', `:${derOf(pem).toString('base64url')}:`]], 'unreadable'],
    ['PEM', [['Client-Cert', `:${Buffer.from(pem).toString('base64')}:`]], 'unreadable'],
    ['empty', [['Client-Cert', '']], 'unreadable'],
    ['nothing between the colons', [['Client-Cert', '::']], 'unreadable'],
    [
      'bytes behind the certificate',
      [['Client-Cert', `:${Buffer.concat([derOf(pem), Buffer.alloc(3)]).toString('base64')}:`]],
      'unreadable',
    ],
    ['bytes that are missing', [['Client-Cert', `:${derOf(pem).subarray(0, 300).toString('base64')}:`]], 'unreadable'],
    ['a chain that is none', [line, ['Client-Cert-Chain', 'x']], 'unreadable'],
    [
      'a chain with something between',
      [line, ['Client-Cert-Chain', `${item(middle.cert)},,${item(authority.cert)}`]],
      'unreadable',
    ],
    ['a chain that is too long', [line, ['Client-Cert-Chain', Array(17).fill(item(middle.cert)).join(',')]], 'unreadable'],
  ])('%s', (_, lines, expected) => {
    expect(read('client-cert', lines)).toBe(expected)
  })
})

test('of nobody who is not named, and of nobody where the listener does not say so', () => {
  for (const lines of [[[XFCC, good]], [['Client-Cert', item(pem)]], [[XFCC, 'garbage']]] as const) {
    expect(read(null, lines)).toBeNull()
    for (const certificate of ['x-forwarded-client-cert', 'client-cert'] as const)
      expect(read(certificate, lines, '10.0.0.8')).toBeNull()
  }
})
