import { afterEach, expect, test } from 'vitest'
import { type RawService, startRawService } from '../../../tests/support/raw-service.ts'
import { Address } from './address.ts'
import type { UpstreamConfig } from './upstream-config.ts'

const config: UpstreamConfig = {
  upstreams: [],
  protocol: 'http1',
  balance: 'round-robin',
  timeouts: { connect: 10_000, firstByte: 10_000, idle: 10_000, total: null },
  health: null,
  eject: { failures: 0, time: 1000 },
  panic: true,
  retries: { attempts: 1, budget: 0.2 },
  limits: { connections: null, requests: null },
}

let service: RawService

afterEach(() => service.close())

test('a request that was taken before the address drains, and is sent at the end of that turn, is carried out', async () => {
  service = await startRawService(({ answer }) => answer('fine'))
  const address = new Address(
    service.origin,
    service.origin,
    null,
    config,
    () => 1,
    null,
    () => {},
  )
  const status = new Promise<number | string>((resolve) => {
    const send = () =>
      address.dispatch(
        { path: '/', method: 'POST', headers: ['host', 'app.test'] },
        {
          onConnect() {},
          onHeaders(found) {
            resolve(found)
            return true
          },
          onData: () => true,
          onComplete() {},
          onError: (error) => resolve(error.message),
        },
        false,
      )
    setImmediate(send)
  })
  await address.drain()
  expect(await status).toBe(200)
})
