import { Registry } from 'prom-client'
import { expect, test } from 'vitest'
import { requestCounts } from './request-counts.ts'

test('requests that end alike are one number, whenever it is asked for', async () => {
  const registry = new Registry()
  const count = requestCounts(registry)
  const lines = async () => (await registry.metrics()).split('\n').filter((line) => line.startsWith('iap_requests_total'))
  expect(await lines()).toEqual([])
  count('app.page', 'permit', 200)
  count('app.page', 'permit', 200)
  count('app.page', 'permit', 502)
  count('app.page', 'deny', 403)
  count('', 'reject', 400)
  expect(await lines()).toEqual([
    'iap_requests_total{route="app.page",effect="permit",status="200"} 2',
    'iap_requests_total{route="app.page",effect="permit",status="502"} 1',
    'iap_requests_total{route="app.page",effect="deny",status="403"} 1',
    'iap_requests_total{route="",effect="reject",status="400"} 1',
  ])
  count('app.page', 'permit', 200)
  expect((await lines())[0]).toBe('iap_requests_total{route="app.page",effect="permit",status="200"} 3')
})
