import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type Client, status } from '@grpc/grpc-js'
import { afterEach, expect, test } from 'vitest'
import {
  askCheck,
  askHealth,
  CheckRequest,
  callCheck,
  checkClient,
  checkOf,
  grpcCodeOf,
} from '../../../../tests/support/check-client.ts'
import { outcome, policyWith, proxyWith } from '../../../../tests/support/fake-proxy.ts'
import { until } from '../../../../tests/support/until.ts'
import type { AuditRecord } from '../../../telemetry/audit/index.ts'
import { defaultLimits, type ProxyContext } from '../../proxy-context.ts'
import type { CheckServer } from '../check-server.ts'
import { createExtAuthzServer } from './create-ext-authz-server.ts'
import type { CheckResponseMessage } from './service/index.ts'

let closing: (() => void)[] = []
let records: AuditRecord[] = []

afterEach(() => {
  for (const close of closing.reverse()) close()
  closing = []
})

interface Started {
  readonly client: Client
  readonly port: number
  readonly server: CheckServer
  readonly proxy: ProxyContext
  /** Open connections. */
  readonly open: ReadonlySet<Socket>
}

async function start(
  changes: Partial<ProxyContext> = {},
  mayAsk: (socket: Socket) => boolean = () => true,
  allHeaders = false,
): Promise<Started> {
  records = []
  const permitting = policyWith([outcome('permit', { rule: 'p' })], () => 0, { traced: { rules: ['p'] } })
  const proxy = proxyWith({ policies: { current: permitting }, ...changes }, records)
  const source = { protocol: 'ext-authz', listener: '127.0.0.1:0' } as const
  const server = await createExtAuthzServer(proxy, { tls: null, mayAsk, source, allHeaders })
  const open = new Set<Socket>()
  const listening: Server = createServer((socket) => {
    open.add(socket)
    socket.on('error', () => {}).once('close', () => open.delete(socket))
    server.take(socket)
  })
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve))
  const { port } = listening.address() as AddressInfo
  const client = checkClient(`127.0.0.1:${port}`)
  closing.push(
    () => void listening.close(),
    () => server.closeAll(),
    () => client.close(),
  )
  return { client, port, server, proxy, open }
}

test('a permit, with the assertion and its reasons', async () => {
  const { client } = await start()
  const response = await askCheck(client)
  expect(response.status.code).toBe(0)
  const { headers } = response.okResponse as NonNullable<CheckResponseMessage['okResponse']>
  expect(headers.map(({ header, appendAction }) => [header.key, appendAction])).toEqual([
    ['x-forwarded-for', 2],
    ['x-forwarded-proto', 2],
    ['x-iap-request-id', 2],
    ['x-iap-assertion', 2],
  ])
  expect(response.dynamicMetadata.fields).toMatchObject([
    { key: 'service', value: { stringValue: 'app' } },
    { key: 'rule', value: { stringValue: 'p' } },
    { key: 'revision', value: { stringValue: `sha256:${'0'.repeat(64)}` } },
  ])
  await until(() => records.length > 0)
  expect(records).toMatchObject([
    { method: 'GET', host: 'app.test', path: '/x', source: '192.0.2.7', effect: 'permit', status: 200, complete: true },
  ])
})

test('a permit removes all reserved headers, or those of the check if Envoy sends all', async () => {
  const message = checkOf({ headers: [{ key: 'remote-user', value: 'eve' }] })
  const removed = async (allHeaders: boolean) => {
    const { client } = await start({}, undefined, allHeaders)
    return (await askCheck(client, message)).okResponse?.headersToRemove
  }
  expect(await removed(true)).toEqual(['remote-user', 'proxy-authorization', 'http2-settings'])
  expect(await removed(false)).toEqual(expect.arrayContaining(['remote-user', 'x-iap-user', 'x-real-ip']))
})

test('a refusal, and checks that lack what decides them', async () => {
  const { client } = await start({ policies: { current: policyWith([outcome('deny', { reason: 'default' })], () => 0) } })
  const denied = await askCheck(client)
  expect(denied).toMatchObject({ status: { code: 7 }, deniedResponse: { status: { code: 403 } } })
  expect(denied.deniedResponse?.body).toContain('denied')
  expect(denied.deniedResponse?.headers.map(({ header }) => header.key)).toContain('x-iap-error')
  for (const message of [{}, { attributes: {} }, checkOf({ host: '' }), checkOf({ headers: [] })])
    expect(await askCheck(client, message)).toMatchObject({ status: { code: 7 }, deniedResponse: { status: { code: 400 } } })
  // Unknown fields are harmless; what is no message is an error.
  const unknown = Buffer.concat([CheckRequest.encode(checkOf()).finish(), Buffer.from([0xfa, 0x7f, 1, 0])])
  expect(await callCheck(client, unknown).response).toMatchObject({ status: { code: 7 } })
  expect(await grpcCodeOf(callCheck(client, Buffer.from([0x0a, 0xff])).response)).toBe(status.INTERNAL)
})

test('a permit for another service than the one to which Envoy forwards is a refusal', async () => {
  const { client } = await start()
  const checkFor = (...services: readonly string[]) => {
    const { attributes } = checkOf()
    const contextExtensions = services.map((value) => ({ key: 'iap-service', value }))
    return askCheck(client, { attributes: { ...attributes, contextExtensions } })
  }
  expect((await checkFor('app')).status.code).toBe(0)
  for (const services of [['other'], ['app', 'other'], ['']])
    expect(await checkFor(...services)).toMatchObject({ status: { code: 7 }, deniedResponse: { status: { code: 421 } } })
})

test('200 concurrent checks', async () => {
  const { client } = await start()
  const paths = Array.from({ length: 200 }, (_, at) => `/x/${at}`)
  const responses = await Promise.all(paths.map((path) => askCheck(client, checkOf({}, path))))
  expect(responses.filter(({ status: { code } }) => code === 0)).toHaveLength(200)
  await until(() => records.length === 200)
  expect(new Set(records.map(({ path }) => path))).toEqual(new Set(paths))
})

/** A proxy whose record space is awaited until `free` is called. */
function waiting() {
  let free = (_: boolean) => {}
  let asked = 0
  const capacity = new Promise<boolean>((resolve) => {
    free = resolve
  })
  const audit = {
    write: (record: AuditRecord) => void records.push(record),
    note: () => {},
    hasCapacity: () => {
      asked++
      return capacity
    },
    redacted: <One>(sample: One) => sample,
  }
  return { audit, free: () => free(true), asked: () => asked }
}

test('a cancelled check ends its request once, with a record', async () => {
  const { audit, free, asked } = waiting()
  const { client } = await start({ audit })
  const bytes = CheckRequest.encode(checkOf()).finish()
  const [one, other] = [callCheck(client, bytes), callCheck(client, bytes)]
  await until(() => asked() === 2)
  one.cancel()
  expect(await grpcCodeOf(one.response)).toBe(status.CANCELLED)
  await until(() => records.length === 1)
  free()
  expect(await other.response).toMatchObject({ status: { code: 0 } })
  await until(() => records.length === 2)
  expect(records).toMatchObject([
    { code: 'client-closed', complete: false, status: null },
    { code: null, complete: true, status: 200 },
  ])
})

test('a check that is cancelled while it waits for its deadline, or whose connection ends', async () => {
  const { audit, asked } = waiting()
  const { client, server } = await start({ audit })
  const bytes = CheckRequest.encode(checkOf()).finish()
  expect(await grpcCodeOf(callCheck(client, bytes, 200).response)).toBe(status.DEADLINE_EXCEEDED)
  await until(() => records.length === 1)
  const { response } = callCheck(client, bytes)
  await until(() => asked() === 2)
  server.closeAll()
  expect(await grpcCodeOf(response)).not.toBe(status.OK)
  await until(() => records.length === 2)
})

test('a check that nobody answers is cancelled', async () => {
  const { audit } = waiting()
  const { client } = await start({ audit, limits: { ...defaultLimits, request: 200 } })
  expect(await grpcCodeOf(askCheck(client))).toBe(status.CANCELLED)
  await until(() => records.length === 1)
})

test('more checks than connections are refused, and those under way are answered', async () => {
  const { audit, free, asked } = waiting()
  const { client } = await start({ audit, limits: { ...defaultLimits, connections: 2 } })
  const two = [askCheck(client), askCheck(client)]
  await until(() => asked() === 2)
  expect(await grpcCodeOf(askCheck(client))).toBe(status.RESOURCE_EXHAUSTED)
  free()
  for (const response of await Promise.all(two)) expect(response.status.code).toBe(0)
  expect((await askCheck(client)).status.code).toBe(0)
})

test('a message of 10 MB is refused, and the connection goes on', async () => {
  const { client } = await start()
  const rawBody = Buffer.alloc(10_000_000)
  expect(await grpcCodeOf(askCheck(client, checkOf({ rawBody })))).toBe(status.RESOURCE_EXHAUSTED)
  expect((await askCheck(client)).status.code).toBe(0)
  expect(records.filter(({ status: code }) => code !== 200)).toEqual([])
})

test('health', async () => {
  const { client, proxy } = await start()
  expect([await askHealth(client), await askHealth(client, 'envoy.service.auth.v3.Authorization')]).toEqual([1, 1])
  expect(await grpcCodeOf(askHealth(client, 'other'))).toBe(status.NOT_FOUND)
  proxy.draining = true
  expect(await askHealth(client)).toBe(2)
})

test('without a policy, nothing is permitted or healthy', async () => {
  const { client } = await start({ policies: { current: null } })
  expect(await askHealth(client)).toBe(2)
  expect(await askCheck(client)).toMatchObject({ status: { code: 14 }, deniedResponse: { status: { code: 503 } } })
})

test('a peer that may not ask gets no connection, and none that may not any more an answer', async () => {
  let may = true
  const said: (readonly [string, unknown])[] = []
  const log = { info: () => {}, warn: (text: string, fields: unknown) => void said.push([text, fields]), error: () => {} }
  const { client, port } = await start({ log }, () => may)
  expect((await askCheck(client)).status.code).toBe(0)
  may = false
  expect(await grpcCodeOf(askCheck(client))).toBe(status.PERMISSION_DENIED)
  const other = checkClient(`127.0.0.1:${port}`)
  closing.push(() => other.close())
  expect(await grpcCodeOf(askCheck(other))).toBe(status.UNAVAILABLE)
  expect(await grpcCodeOf(askCheck(client))).toBe(status.PERMISSION_DENIED)
  const fields = { source: '127.0.0.1', count: 1 }
  // Each once a minute, as no record shows them.
  expect(said).toEqual([
    ['a check was refused, as its connection may not ask any more', fields],
    ['a proxy that `clients` does not name asked for decisions', fields],
  ])
})

test('a retired connection still answers, and a closed one ends when its checks are answered', async () => {
  const { audit, free, asked } = waiting()
  const { client, server, open } = await start({ audit })
  const response = askCheck(client)
  await until(() => asked() === 1)
  server.retire(0)
  server.closeIdle()
  free()
  expect((await response).status.code).toBe(0)
  await until(() => open.size === 0)
})
