import type { Tokens } from './threat-case.ts'
import { get, request } from './wire.ts'

/** Several requests on one connection of HTTP/1.1. */
export interface SequenceCase {
  readonly name: string
  send(tokens: Tokens): string
  /** The only targets that a service may see, each once. */
  readonly reaches: readonly string[]
}

const KEPT = 'Connection: keep-alive'

const smuggled = get('/public/smuggled')

const denied = request('POST /admin/x HTTP/1.1', [KEPT, `Content-Length: ${smuggled.length}`], smuggled)

export const sequenceCases: readonly SequenceCase[] = [
  {
    name: 'the bodies of denied requests are no requests',
    send: () => denied.repeat(3) + get('/public/after'),
    reaches: ['/public/after'],
  },
  {
    name: 'a credential counts for its request only',
    send: ({ user }) => get('/api/x', KEPT, `Authorization: Bearer ${user}`) + get('/api/y'),
    reaches: ['/api/x'],
  },
  {
    name: 'the credential of a later request does not count for an earlier one',
    send: ({ user }) => get('/api/x', KEPT) + get('/api/y', `Authorization: Bearer ${user}`),
    reaches: ['/api/y'],
  },
  {
    name: 'the header of a permitted request is not that of the next one',
    send: ({ user }) =>
      get('/api/x', KEPT, `Authorization: Bearer ${user}`, 'X-Tenant: good') +
      get('/api/y', `Authorization: Bearer ${user}`, 'X-Tenant: evil'),
    reaches: ['/api/x'],
  },
  {
    name: 'a refused request that expects 100',
    send: () => request('POST /admin/x HTTP/1.1', ['Expect: 100-continue', `Content-Length: ${smuggled.length}`], smuggled),
    reaches: [],
  },
  {
    name: 'a body in the query of the next request',
    send: () => request('GET /public/a?', [KEPT]).replace('?\r\n', '? HTTP/1.1\r\n') + get('/admin?/public/a'),
    reaches: ['/public/a?'],
  },
]
