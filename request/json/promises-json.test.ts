import { expect, test } from 'vitest'
import { canonicalizeUrl } from '../canonicalize-url.ts'
import { promisesJson } from './promises-json.ts'

const promises = (headers: Record<string, string | readonly string[]>) => {
  const canonical = canonicalizeUrl({ method: 'POST', url: 'https://h.test/', headers })
  return canonical.ok && promisesJson(canonical.request.headers)
}

test.each([
  'application/json',
  'Application/JSON',
  'application/json;charset=utf-8',
  'application/json ; charset="UTF-8"',
  'application/merge-patch+json',
  'application/vnd.shop.v2+json; profile="https://shop.example/p"',
])('%j does', (type) => expect(promises({ 'content-type': type })).toBe(true))

test.each([
  '',
  'text/json',
  'application/jsonp',
  'application/json+xml',
  'application/+json',
  'application/json, text/plain',
  'text/plain; application/json',
  'application/json; charset=utf-16',
  'application/json; charset=utf-7',
  'application/json; charset=utf-8; charset=utf-7',
  'application/json; x="; charset=utf-7"',
  'application/json; charset = utf-7',
  'application/json; charset=',
  'application/json; charset*=utf-7',
])('%j does not', (type) => expect(promises({ 'content-type': type })).toBe(false))

test('nothing is promised without a type, or under a coding', () => {
  const type = { 'content-type': 'application/json' }
  expect(promises({})).toBe(false)
  expect(promises({ ...type, 'content-encoding': 'identity' })).toBe(true)
  expect(promises({ ...type, 'content-encoding': 'gzip' })).toBe(false)
  expect(promises({ ...type, 'content-encoding': '' })).toBe(false)
  expect(promises({ ...type, 'content-encoding': ['identity', 'gzip'] })).toBe(false)
  expect(promises({ ...type, content_encoding: 'gzip' })).toBe(false)
})
