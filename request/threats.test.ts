import { describe, expect, test } from 'vitest'
import { canonicalizeUrl } from './canonicalize-url.ts'
import { accepted, refusalOf } from './testing/refusal-of.ts'

/**
 * The classes of bypass that a request line and header lines can carry, with the records that they are known by. A row:
 * the attack, what is sent, and what becomes of it: a refusal, or the segments that routing compares.
 */
interface Threats {
  readonly class: string
  readonly records: string
  readonly targets: readonly (readonly [target: string, outcome: string | readonly string[]])[]
}

const threats: readonly Threats[] = [
  {
    class: 'the rule sees another path than the service: dot segments',
    records: 'Envoy CVE-2019-9901, Oathkeeper CVE-2026-33494, Pomerium CVE-2023-33189',
    targets: [
      ['/public/../admin', '400 dot-segment'],
      ['/public/%2e%2e/admin', '400 dot-segment'],
      ['/public/%2E./admin', '400 dot-segment'],
      ['/public/..', '400 dot-segment'],
      ['/ws/../admin', '400 dot-segment'],
      ['/./admin', '400 dot-segment'],
      ['/public/\\..\\admin', '400 backslash'],
      ['/public/..%2fadmin', '400 encoded-slash'],
      ['/public/..%5cadmin', '400 backslash'],
      ['/public/..;/admin', '400 semicolon'],
      ['/public/..%3b/admin', '400 semicolon'],
      ['/public/%252e%252e/admin', ['public', '%2e%2e', 'admin']],
    ],
  },
  {
    class: 'dot segments for services that trim names, or read characters as those that look like them',
    records: 'Win32 path names; Unicode NFKC and best fit (ASP.NET, Java, CVE-2024-4577 in PHP)',
    targets: [
      ['/public/..%20/admin', '400 dot-segment'],
      ['/public/..%20', '400 dot-segment'],
      ['/public/%20../admin', '400 dot-segment'],
      ['/public/%2e%2e%20%20/admin', '400 dot-segment'],
      ['/public/.%20/admin', '400 dot-segment'],
      ['/public/..%c2%a0/admin', '400 dot-segment'],
      ['/public/..%ef%bb%bf/admin', '400 dot-segment'],
      ['/public/%ef%bc%8e%ef%bc%8e/admin', '400 dot-segment'],
      ['/public/.%ef%bc%8e/admin', '400 dot-segment'],
      ['/public/%e2%80%a5/admin', '400 dot-segment'],
      ['/public/%e2%80%a4%e2%80%a4/admin', '400 dot-segment'],
      ['/public/%ef%b9%92%ef%b9%92/admin', '400 dot-segment'],
      ['/public/..%ef%bc%8fadmin', '400 dot-segment'],
      ['/public/a%ef%bc%bc..%ef%bc%bcadmin', '400 dot-segment'],
      ['/public/..%e2%88%95admin', '400 dot-segment'],
      ['/public/%2e%2e%e2%81%84admin', '400 dot-segment'],
      ['/public/.%20.', ['public', '. .']],
      ['/public/...%20', ['public', '... ']],
      ['/public/a%ef%bc%8fb', ['public', 'a／b']],
      ['/public/%ef%bc%9b', ['public', '；']],
      ['/public/v1.%20x', ['public', 'v1. x']],
      ['/public/%e2%80%a6', ['public', '…']],
      ['/public/cafe%cc%81', ['public', 'cafe\u0301']],
    ],
  },
  {
    class: 'the rule sees another path than the service: slashes',
    records: 'Istio CVE-2021-31920, Envoy CVE-2021-29492',
    targets: [
      ['//admin', '400 empty-segment'],
      ['/public//..//admin', '400 empty-segment'],
      ['///admin', '400 empty-segment'],
      ['/admin%2fx', '400 encoded-slash'],
      ['/admin%2Fx', '400 encoded-slash'],
      ['/admin%5Cx', '400 backslash'],
      ['/admin/', ['admin', '']],
      ['/admin//', '400 empty-segment'],
    ],
  },
  {
    class: 'the authority comes from the target',
    records: 'Apache CVE-2021-40438; `new URL(target, base)`',
    targets: [
      ['//evil.test/x', '400 empty-segment'],
      ['/\\evil.test/x', '400 backslash'],
      ['/%5cevil.test/x', '400 backslash'],
      ['http://evil.test/admin', '400 target-form'],
      ['@evil.test/x', '400 target-form'],
      ['evil.test:80', '400 target-form'],
      ['*', '400 target-form'],
      ['/@evil.test/x', ['@evil.test', 'x']],
    ],
  },
  {
    class: 'an allow-list that reads query or fragment',
    records: 'oauth2-proxy CVE-2025-54576',
    targets: [
      ['/admin?/public', ['admin']],
      ['/admin?x=/public/../', ['admin']],
      ['/admin#/public', '400 fragment'],
      ['/public/a#/../admin', '400 fragment'],
      ['/admin%3f/public', ['admin?', 'public']],
      ['/admin%23/public', ['admin#', 'public']],
    ],
  },
  {
    class: 'parameters of segments',
    records: 'F5 CVE-2020-5902 (`..;/`)',
    targets: [
      ['/admin;x', '400 semicolon'],
      ['/admin;/x', '400 semicolon'],
      ['/admin%3Bx', '400 semicolon'],
    ],
  },
  {
    class: 'bytes that end or change a string',
    records: 'Tomcat CVE-2008-2938 (overlong UTF-8); null bytes, line breaks',
    targets: [
      ['/public/a%00b', '400 control-byte'],
      ['/admin%00', '400 control-byte'],
      ['/admin%0d%0aX-Iap-User:%20a', '400 control-byte'],
      ['/a%zz', '400 escape-invalid'],
      ['/a%', '400 escape-invalid'],
      ['/%c0%af', '400 utf8-invalid'],
      ['/%c0%ae%c0%ae/admin', '400 utf8-invalid'],
      ['/%e0%80%ae', '400 utf8-invalid'],
      ['/admin%20', ['admin ']],
      ['/admin.', ['admin.']],
      ['/ADMIN', ['ADMIN']],
      ['/%61dmin', ['admin']],
      ['/a\u00ffb', '400 target-non-ascii'],
    ],
  },
]

describe.each(threats)('$class ($records)', ({ targets }) => {
  test.each(targets)('%j', (target, outcome) => {
    if (typeof outcome === 'string') expect(refusalOf({ target })).toBe(outcome)
    else expect(accepted({ target })).toMatchObject({ segments: outcome })
  })

  test.each(targets.filter(([target]) => target.startsWith('/')))('in a URL: %j', (target, outcome) => {
    const canonical = canonicalizeUrl({ method: 'GET', url: `https://app.test${target}` })
    if (typeof outcome !== 'string') expect(canonical).toMatchObject({ ok: true, request: { segments: outcome } })
    else if (canonical.ok) expect.unreachable()
    else expect(`${canonical.refusal.status} ${canonical.refusal.code}`).toBe(outcome)
  })
})

interface HeaderThreats {
  readonly class: string
  readonly records: string
  readonly lines: readonly (readonly [lines: readonly string[], outcome: string])[]
}

const headerThreats: readonly HeaderThreats[] = [
  {
    class: 'a host spelled otherwise',
    records: 'Istio GHSA-7774, Authelia GHSA-j748',
    lines: [
      [['Host', 'APP.Test'], 'accepted'],
      [['Host', 'app.test.'], 'accepted'],
      [['Host', 'app.test', 'Host', 'admin.test'], '400 host-repeated'],
      [['Host', 'app.test', 'host', 'app.test'], '400 host-repeated'],
      [['Host', 'good@evil'], '400 host-invalid'],
      [['Host', 'a b'], '400 host-invalid'],
      [['Host', 'app.test:99999'], '400 host-invalid'],
      [['Host', 'app.test, admin.test'], '400 host-invalid'],
      [['Host', 'app.test/admin'], '400 host-invalid'],
      [['Host', 'app%2etest'], '400 host-invalid'],
      [['X-Forwarded-Host', 'app.test'], '400 host-missing'],
    ],
  },
  {
    class: 'a credential that is two',
    records: 'RFC 9110 §5.3; first line or last line',
    lines: [
      [['Host', 'app.test', 'Authorization', 'Bearer a', 'Authorization', 'Bearer b'], '400 header-repeated'],
      [['Host', 'app.test', 'Authorization', 'Bearer a', 'authorization', 'Bearer a'], '400 header-repeated'],
      [['Host', 'app.test', 'Cookie', 'a=1', 'Cookie', 'a=2'], '400 header-repeated'],
    ],
  },
  {
    class: 'request smuggling',
    records: 'Node CVE-2022-32213, CVE-2022-32214, CVE-2022-32215, undici CVE-2026-1525',
    lines: [
      [['Host', 'a', 'Content-Length', '5', 'Transfer-Encoding', 'chunked'], '400 framing-ambiguous'],
      [['Host', 'a', 'Content-Length', '5', 'Content-Length', '6'], '400 content-length'],
      [['Host', 'a', 'Content-Length', '+5'], '400 content-length'],
      [['Host', 'a', 'Transfer-Encoding', 'identity'], '400 transfer-encoding'],
      [['Host', 'a', 'Transfer-Encoding', 'chunkedchunked'], '400 transfer-encoding'],
      [['Host', 'a', 'Transfer_Encoding', 'chunked'], '400 transfer-encoding'],
      [['Host', 'a', 'Transfer-Encoding ', 'chunked'], '400 header-name'],
      [['Host', 'a', 'X', 'a\r\nTransfer-Encoding: chunked'], '400 header-value'],
      [['Host', 'a', 'X', 'a\nb'], '400 header-value'],
      [['Host', 'a', 'X\u00ff', 'a'], '400 header-name'],
    ],
  },
]

describe.each(headerThreats)('$class ($records)', ({ lines }) => {
  test.each(lines)('%j: %s', (rawHeaders, outcome) => {
    expect(refusalOf({ rawHeaders })).toBe(outcome)
  })
})

test('a wildcard of hosts sees one host only: what follows or precedes a name stays in it', () => {
  for (const host of ['corp.test.evil', 'xcorp.test']) expect(accepted({ rawHeaders: ['Host', host] }).host).toBe(host)
})

test('methods that echo or tunnel, and targets of no service', () => {
  for (const method of ['TRACE', 'TRACK', 'CONNECT']) expect(refusalOf({ method })).toBe('405 method-not-allowed')
  expect(refusalOf({ method: 'OPTIONS', target: '*' })).toBe('400 target-form')
  expect(refusalOf({ method: 'CONNECT', target: 'app.test:443' })).toBe('405 method-not-allowed')
})

test('headers taken away by the client (Apache CVE-2022-31813)', () => {
  const { headers } = accepted({ rawHeaders: ['Host', 'app.test', 'Connection', 'x-tenant', 'X-Tenant', 'a'] })
  expect(headers.get('x-tenant')).toBeUndefined()
  expect([...headers.entries()].map(([name]) => name)).toEqual(['host', 'connection'])
})

test('an alias beside a header that a condition reads (oauth2-proxy CVE-2025-64484)', () => {
  const { headers } = accepted({ rawHeaders: ['Host', 'app.test', 'X-Tenant', 'a', 'X_Tenant', 'b'] })
  expect(headers.count('x-tenant')).toBeGreaterThan(1)
})
