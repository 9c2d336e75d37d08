/** What `docs/reference/grpc.md` shows, and says of statuses. */

import { readFileSync } from 'node:fs'
import {
  credentials,
  Metadata,
  makeGenericClientConstructor,
  Server,
  ServerCredentials,
  status,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { grpcStatusOf } from '../../runtime/proxy/grpc/grpc-status.ts'
import { proxyErrors } from '../../runtime/proxy/refusals/proxy-errors.ts'
import { startTestProxy, type TestProxy } from '../support/start-test-proxy.ts'
import { echo } from './echo-service.ts'

const page = readFileSync(new URL('../../docs/reference/grpc.md', import.meta.url), 'utf8')
const [, policy = ''] = /^```iap\n([\s\S]*?)^```$/m.exec(page) ?? []
const [, yaml = ''] = /^```yaml\n([\s\S]*?)^```$/m.exec(page) ?? []

const orders = {
  Read: { ...echo.Say, path: '/shop.v1.Orders/Read' },
  Cancel: { ...echo.Say, path: '/shop.v1.Orders/Cancel' },
}
const Orders = makeGenericClientConstructor(orders, 'Orders')

let server: Server
let app: TestProxy
let client: InstanceType<typeof Orders>

beforeAll(async () => {
  server = new Server()
  const answer = (call: { request: unknown }, done: (error: null, found: unknown) => void) => done(null, call.request)
  server.addService(orders, { Read: answer, Cancel: answer } as unknown as UntypedServiceImplementation)
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, found) =>
      error ? reject(error) : resolve(found),
    )
  })
  const { services } = parse(yaml)
  const upstreams = [`http://127.0.0.1:${port}`]
  app = await startTestProxy(upstreams, {
    policy,
    listener: 'http2: true',
    services: JSON.stringify({ orders: { ...services.orders, upstreams } }),
  })
  client = new Orders(`127.0.0.1:${app.port}`, credentials.createInsecure(), { 'grpc.default_authority': 'orders.shop.example' })
})

afterAll(async () => {
  client?.close()
  await app?.close()
  server?.forceShutdown()
})

function call(name: keyof typeof orders, fields: Readonly<Record<string, string>>): Promise<readonly [number, string]> {
  const metadata = new Metadata()
  for (const [field, value] of Object.entries(fields)) metadata.set(field, value)
  return new Promise((resolve) => {
    const made = client[name]?.('hello', metadata, () => {})
    made?.on('status', ({ code, details }: { code: number; details: string }) => resolve([code, details]))
  })
}

test('its policy and its configuration do what it says', async () => {
  const [user, admin] = [app.bearer(), app.bearer({ groups: ['admins'] })]
  expect(await call('Read', { authorization: user })).toEqual([status.OK, 'OK'])
  expect((await call('Read', {}))[0]).toBe(status.UNAUTHENTICATED)
  expect((await call('Cancel', { authorization: user }))[0]).toBe(status.PERMISSION_DENIED)
  expect((await call('Cancel', { authorization: admin }))[0]).toBe(status.OK)
  const frozen = await call('Cancel', { authorization: admin, 'x-region': 'eu-south' })
  expect(frozen).toEqual([status.PERMISSION_DENIED, 'Orders of eu-south are frozen.'])
})

test('its table of statuses has each code of the proxy, where it belongs', () => {
  const rows = [...page.matchAll(/^\| (\d+) \| `([A-Z_]+)` \| (.*) \|$/gm)]
  const told = rows.flatMap(([, number, name = '', codes = '']) => {
    expect(status[Number(number)]).toBe(name)
    return [...codes.matchAll(/`([a-z-]+)`/g)].map(([, code = '']) => [code, Number(number)] as const)
  })
  const real = Object.entries(proxyErrors).map(
    ([code, { status: http }]) => [code, grpcStatusOf({ code, status: http })] as const,
  )
  expect(Object.fromEntries(told)).toEqual(Object.fromEntries(real))
  expect(told).toHaveLength(real.length)
})
