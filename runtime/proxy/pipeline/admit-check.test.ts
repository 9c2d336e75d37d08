import { describe, expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import type { Policy } from '../../policy/index.ts'
import type { CheckedRequest } from '../checks/check-incoming.ts'
import { CheckIncoming } from '../checks/index.ts'
import type { RequestContext } from '../request-context.ts'
import { admitCheck } from './admit-check.ts'
import { admitRequest } from './admit-request.ts'
import { CONTINUE } from './run-stages.ts'

function codeOf(...lines: readonly string[]): string | null {
  const rawHeaders = ['host', 'app.test', ...lines]
  const canonical = canonicalize({ method: 'GET', target: '/', httpVersion: '1.1', rawHeaders, peer: '127.0.0.1' })
  if (!canonical.ok) throw new Error(canonical.refusal.code)
  const request = { ...canonical.request, scheme: 'https' }
  const incoming = new CheckIncoming({
    method: 'GET',
    target: '/',
    rawHeaders,
    peer: '',
    body: null,
    canonicalize: () => canonical,
  })
  const caller = { kind: 'caller', ambient: true }
  const context = { request, incoming, upgrade: null, authentication: caller, service: { origins: ['https://other.test'] } }
  const result = admitRequest(context as unknown as RequestContext)
  return result === null ? null : (result as { code: string }).code
}

test.each([
  ['a page of another origin', ['origin', 'https://evil.test'], 'websocket-origin'],
  ['a page without an origin', ['origin', 'null'], 'websocket-origin'],
  ['the page of the service', ['origin', 'https://app.test'], null],
  ['a page that may', ['origin', 'https://other.test'], null],
  ['no page', [], null],
])('the asking proxy opens a WebSocket for %s', (_, origin, code) => {
  expect(codeOf('connection', 'upgrade', 'upgrade', 'websocket', ...origin)).toBe(code)
  expect(codeOf('connection', 'upgrade', 'upgrade', 'h2c, WebSocket', ...origin)).toBe(code)
  expect(codeOf(...origin)).toBe(null)
})

describe('a check that can never be permitted', () => {
  function admitted(changes: Partial<CheckedRequest>, policy: Partial<Policy>): unknown {
    const incoming = new CheckIncoming({
      method: 'GET',
      target: '/',
      rawHeaders: [],
      peer: '',
      body: null,
      canonicalize: () => {
        throw new Error('it is')
      },
      ...changes,
    })
    const route = { service: 'app', name: 'app.any' }
    return admitCheck({ incoming, route, policy: { manifest: {}, ...policy } } as unknown as RequestContext)
  }

  test('would be forwarded to another service', () => {
    expect(admitted({ services: ['app', 'other'] }, {})).toMatchObject({ status: 421, code: 'misdirected' })
    expect(admitted({ services: ['app'] }, {})).toBe(CONTINUE)
  })

  test('reads a certificate that nobody states', () => {
    const reads = { readsCertificate: true }
    expect(admitted({ mayLackCertificate: true }, reads)).toMatchObject({ status: 401, code: 'certificate-forwarded' })
    expect(admitted({ mayLackCertificate: true }, { readsCertificate: false })).toBe(CONTINUE)
    expect(admitted({}, reads)).toBe(CONTINUE)
  })
})
