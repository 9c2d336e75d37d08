import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { CheckIncoming } from '../checks/index.ts'
import type { RequestContext } from '../request-context.ts'
import { admitRequest } from './admit-request.ts'

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
