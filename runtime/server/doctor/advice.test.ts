import { expect, test } from 'vitest'
import { ProviderProblem } from '../../identity/provider/fetch-json.ts'
import { connectionAdvice, providerAdvice } from './advice.ts'

test.each([
  ['ECONNREFUSED', 'start the server, or correct host and port of `a.b`'],
  ['getaddrinfo ENOTFOUND id.example', 'correct the host name in `a.b`, or the name service (DNS) of this machine'],
  ['UND_ERR_CONNECT_TIMEOUT', 'check firewalls and routes between this machine and the server, and `a.b`'],
  ['CERT_HAS_EXPIRED', "renew the server's certificate"],
  ['CERT_NOT_YET_VALID', 'set the clock of this machine or of the server'],
  ['ECONNRESET', 'check the scheme of `a.b` (with or without TLS), and whether the server requires a client certificate'],
  ['EPIPE', 'check `a.b`, the server, and the network between'],
])('%s', (reason, advice) => {
  expect(connectionAdvice(reason, { address: 'a.b', ca: 'a.ca' })).toBe(advice)
})

test('authorities stand in the configuration, or else in the environment', () => {
  const reason = 'SELF_SIGNED_CERT_IN_CHAIN'
  expect(connectionAdvice(reason, { address: 'a.b', ca: 'a.ca' })).toMatch(/^set `a.ca` to a file/)
  expect(connectionAdvice(reason, { address: 'a.b', ca: null })).toMatch(/^set the environment variable `NODE_EXTRA_CA_CERTS`/)
})

test.each([
  [404, /^correct `identities.staff.issuer`/],
  [502, /^correct the fault at the server/],
])('a response with the status %i', (status, advice) => {
  expect(providerAdvice(new ProviderProblem('`https://id.example` answers so', { status }), 'staff')).toMatch(advice)
})
