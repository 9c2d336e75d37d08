import { expect, test } from 'vitest'
import { type ProxyErrorCode, proxyErrors } from '../refusals/proxy-errors.ts'
import { deservesRetry, isIdempotent } from './retry.ts'

test('idempotent is what RFC 9110 says of its own methods, in its spelling', () => {
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'get', 'QUERY', 'PROPFIND', '']
  expect(methods.filter(isIdempotent)).toEqual(['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS'])
})

test('of all that can go wrong', () => {
  const codes = Object.keys(proxyErrors) as ProxyErrorCode[]
  const closedOnly = codes.filter((code) => deservesRetry(code, true))
  expect(closedOnly).toEqual(['upstream-closed'])
  expect(codes.filter((code) => deservesRetry(code, false))).toEqual([
    'upstream-unreachable',
    'upstream-tls',
    'upstream-closed',
    'upstream-protocol',
    'upstream-timeout',
  ])
})
