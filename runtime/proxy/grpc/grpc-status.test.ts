import { expect, test } from 'vitest'
import { refusals } from '../../../request/index.ts'
import { percentEncoded } from '../../base/grpc.ts'
import { type ProxyErrorCode, proxyErrors } from '../refusals/proxy-errors.ts'
import { grpcStatusOf } from './grpc-status.ts'

const statusOf = (code: ProxyErrorCode) => grpcStatusOf({ code, status: proxyErrors[code].status })

test('of what a caller is told most', () => {
  expect(statusOf('unauthenticated')).toBe(16)
  expect(statusOf('insufficient-authentication')).toBe(16)
  expect(statusOf('denied')).toBe(7)
  expect(statusOf('decision-failed')).toBe(7)
  expect(statusOf('no-route')).toBe(12)
  expect(statusOf('upstream-unreachable')).toBe(14)
  expect(statusOf('upstream-busy')).toBe(14)
  expect(statusOf('upstream-timeout')).toBe(4)
  expect(statusOf('headers-too-large')).toBe(8)
  expect(statusOf('rate-limited')).toBe(8)
  expect(statusOf('limits-unavailable')).toBe(14)
  expect(statusOf('internal')).toBe(13)
  expect(grpcStatusOf({ code: 'expired', status: 401 })).toBe(16)
})

test('none is told that it succeeded, and malformed requests are 13', () => {
  for (const code of Object.keys(proxyErrors) as ProxyErrorCode[]) expect([4, 7, 8, 12, 13, 14, 16]).toContain(statusOf(code))
  for (const [code, [status]] of Object.entries(refusals)) if (status === 400) expect(grpcStatusOf({ code, status })).toBe(13)
})

test('a message goes as ASCII, whatever it holds', () => {
  expect(percentEncoded('Not this one: 100%.')).toBe('Not this one: 100%25.')
  expect(percentEncoded('ténant\r\nx: y \u{1f600}')).toBe('t%C3%A9nant%0D%0Ax: y %F0%9F%98%80')
})
