import { expect, test } from 'vitest'
import { checkResponse } from './check-response.ts'

const NOBODY = { identity: null, subject: null, service: null, rule: null, revision: null }

test('a permit sets, removes and adds headers', () => {
  const set = [
    ['x-iap-assertion', 'signed'],
    ['x-tier', 'gold'],
  ] as const
  const response = ['ratelimit', '"a";r=1', 'ratelimit', '"b";r=2', 'vary', 'Origin']
  const verdict = { kind: 'permitted', set, remove: ['x-iap-user', 'authorization'], alwaysRemove: [], response } as const
  const metadata = { identity: 'staff', subject: 'ada', service: 'shop', rule: 'read', revision: 'sha256:0' }
  expect(checkResponse(verdict, metadata)).toEqual({
    status: { code: 0 },
    okResponse: {
      headers: [
        { header: { key: 'x-iap-assertion', value: 'signed' }, appendAction: 2 },
        { header: { key: 'x-tier', value: 'gold' }, appendAction: 2 },
      ],
      headersToRemove: ['x-iap-user', 'authorization'],
      responseHeadersToAdd: [
        { header: { key: 'ratelimit', value: '"a";r=1' }, appendAction: 2 },
        { header: { key: 'ratelimit', value: '"b";r=2' }, appendAction: 0 },
        // The service's own stays.
        { header: { key: 'vary', value: 'Origin' }, appendAction: 0 },
      ],
    },
    dynamicMetadata: {
      fields: [
        { key: 'identity', value: { stringValue: 'staff' } },
        { key: 'subject', value: { stringValue: 'ada' } },
        { key: 'service', value: { stringValue: 'shop' } },
        { key: 'rule', value: { stringValue: 'read' } },
        { key: 'revision', value: { stringValue: 'sha256:0' } },
      ],
    },
  })
})

test('a refusal has its status, all cookies and its body', () => {
  const headers = ['Set-Cookie', 'a=1', 'content-length', '5', 'set-cookie', 'b=2', 'www-authenticate', 'Bearer']
  const verdict = { kind: 'refused', status: 401, headers, body: Buffer.from('héé') } as const
  const { deniedResponse } = checkResponse(verdict, NOBODY)
  expect(deniedResponse).toEqual({
    status: { code: 401 },
    headers: [
      { header: { key: 'Set-Cookie', value: 'a=1' }, appendAction: 2 },
      { header: { key: 'set-cookie', value: 'b=2' }, appendAction: 0 },
      { header: { key: 'www-authenticate', value: 'Bearer' }, appendAction: 2 },
    ],
    body: 'héé',
  })
})

test.each([
  [200, 7],
  [204, 7],
  [302, 7],
  [400, 7],
  [401, 16],
  [403, 7],
  [429, 8],
  [500, 14],
  [503, 14],
])('a refusal with status %i has the code %i', (status, code) => {
  const response = checkResponse({ kind: 'refused', status, headers: [], body: Buffer.alloc(0) }, NOBODY)
  expect(response).toMatchObject({ status: { code }, dynamicMetadata: { fields: [] } })
  expect(response.okResponse).toBe(undefined)
})
