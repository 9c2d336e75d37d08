import { expect, test } from 'vitest'
import { canonicalize } from '../../../request/index.ts'
import { Cors, type CorsConfig } from '../cors/cors.ts'
import type { RequestContext } from '../request-context.ts'
import { admitRequest } from './admit-request.ts'
import { CONTINUE } from './run-stages.ts'

const PAGE = 'https://next.localhost'

function isForeign(method: string, origins: readonly string[], cors: Partial<CorsConfig> | null): boolean {
  const rawHeaders = ['host', 'app.localhost', 'origin', PAGE, 'sec-fetch-site', 'same-site']
  const made = canonicalize({ method, target: '/', httpVersion: '1.1', rawHeaders, peer: '127.0.0.1' })
  if (!made.ok) throw new Error(made.refusal.code)
  const all = { origins: [], methods: null, headers: [], expose: [], credentials: false, maxAge: 0 }
  const context = {
    request: made.request,
    incoming: { socket: {} },
    upgrade: null,
    authentication: { kind: 'caller', ambient: true },
    service: { origins },
    cors: cors && new Cors({ ...all, ...cors }),
  }
  const result = admitRequest(context as unknown as RequestContext)
  if (result !== CONTINUE) expect(result).toMatchObject({ code: 'cross-site' })
  return result !== CONTINUE
}

test.each<[string, string, readonly string[], Partial<CorsConfig> | null, boolean]>([
  ['nobody lists', 'POST', [], null, true],
  ['that is listed', 'POST', [PAGE], null, false],
  ['whose scripts may call with what browsers have', 'PATCH', [], { origins: [PAGE], credentials: true }, false],
  ['whose scripts may call without', 'POST', [], { origins: [PAGE] }, true],
  ['whose scripts may call, as all may', 'POST', [], { origins: '*' }, true],
  ['beside one whose scripts may', 'POST', [], { origins: ['https://other.localhost'], credentials: true }, true],
  ['that only reads', 'GET', [], null, false],
  ['that only reads a head', 'HEAD', [], null, false],
  ['with a method of its own', 'SEARCH', [], null, true],
])('a page %s', (_, method, origins, cors, expected) => {
  expect(isForeign(method, origins, cors)).toBe(expected)
})
