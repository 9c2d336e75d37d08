import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { createLog } from '../../base/log.ts'
import { HandshakeFailures, handshakeFailure } from './handshake-failures.ts'

test('each is counted, and one line a minute tells how many there were', () => {
  let now = 0
  const lines: string[] = []
  const counted: string[] = []
  const log = createLog(
    (line) => lines.push(line.trim().slice(25)),
    () => 0,
  )
  const failures = new HandshakeFailures(
    log,
    '127.0.0.1:8443',
    (reason) => counted.push(reason),
    () => now,
  )
  const socket = { remoteAddress: '10.0.0.7' } as Socket
  for (now = 0; now < 61_000; now += 1000) failures.tell('timeout', 'ERR_TLS_HANDSHAKE_TIMEOUT', socket)
  expect(counted).toHaveLength(61)
  const rest = 'code=ERR_TLS_HANDSHAKE_TIMEOUT source=10.0.0.7 failures'
  expect(lines).toEqual([
    `info a TLS handshake failed listener=127.0.0.1:8443 reason=timeout ${rest}=1`,
    `info a TLS handshake failed listener=127.0.0.1:8443 reason=timeout ${rest}=60`,
  ])
})

test.each([
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'refused-by-client'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'refused-by-client'],
  ['ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE', 'client-certificate'],
  ['ERR_SSL_OF_A_LATER_OPENSSL', 'other'],
])('%s: %s', (code, reason) => {
  expect(handshakeFailure(Object.assign(new Error('x'), { code }), {} as TLSSocket)).toBe(reason)
})
