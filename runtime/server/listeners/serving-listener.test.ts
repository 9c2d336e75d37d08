import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { afterEach, expect, test, vi } from 'vitest'
import { type AddressRange, parseAddressRange } from '../../../request/index.ts'
import { proxyWith } from '../../../tests/support/fake-proxy.ts'
import { until } from '../../../tests/support/until.ts'
import { KeyRing } from '../../identity/sessions/index.ts'
import { defaultLimits, type ProxyContext } from '../../proxy/proxy-context.ts'
import type { ListenerConfig } from '../config/index.ts'
import { createServingListener } from './serving-listener.ts'

let closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.reverse()) close()
  closing = []
})

/** Returns a function that connects to a listener for checks of the proxies at `address`. */
async function start(context: ProxyContext, address: string, certificates: readonly string[] = []): Promise<() => Socket> {
  const clients = { addresses: [parseAddressRange(address) as AddressRange], certificates }
  const listener = {
    address: { host: '127.0.0.1', port: 9001 },
    check: { protocol: 'forward-auth', original: 'x-original', prefix: '', clients },
    trust: null,
  } as unknown as ListenerConfig
  const served = await createServingListener(context, listener, null, new KeyRing(['secret']))
  const server = createServer((socket) => served.take(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => {
    served.closeAll()
    server.close()
  })
  return () => {
    const socket = connect({ host: '127.0.0.1', port: (server.address() as AddressInfo).port }).on('error', () => {})
    closing.push(() => socket.destroy())
    return socket.resume()
  }
}

test('connections of clients and of asking proxies have separate limits', async () => {
  const counts = { connections: 2, checkConnections: 0, checkBytes: 0, stalled: 0 }
  const connectTo = await start(proxyWith({ counts, limits: { ...defaultLimits, connections: 2 } }, []), '127.0.0.1')
  const first = connectTo()
  connectTo()
  await until(() => counts.checkConnections === 2)
  await once(connectTo(), 'close')
  expect([counts.connections, counts.checkConnections, first.closed]).toEqual([2, 2, false])
  first.destroy()
  await until(() => counts.checkConnections === 1)
})

test('others get no connection, and one message a minute', async () => {
  const messages: unknown[] = []
  const log = { info: () => {}, warn: (...of: unknown[]) => void messages.push(of), error: () => {} }
  const counts = { connections: 0, checkConnections: 0, checkBytes: 0, stalled: 0 }
  const connectTo = await start(proxyWith({ counts, log }, []), '192.0.2.1')
  for (let i = 0; i < 3; i++) await once(connectTo(), 'close')
  expect(counts.checkConnections).toBe(0)
  expect(messages).toEqual([
    [expect.stringContaining('`clients` does not name'), { source: '127.0.0.1', listener: '127.0.0.1:9001', count: 1 }],
  ])
})

test('connections that have shown no certificate leave places to those that may ask', async () => {
  const warn = vi.fn()
  const shed = vi.fn()
  const counts = { connections: 0, checkConnections: 0, checkBytes: 0, stalled: 0 }
  const base = proxyWith({ counts, limits: { ...defaultLimits, connections: 8 } }, [])
  const context = { ...base, log: { ...base.log, warn }, metrics: { ...base.metrics, shed } }
  const asStranger = await start(context, '192.0.2.1', ['spiffe://shop.example/edge'])
  const asKnown = await start(context, '127.0.0.1', ['spiffe://shop.example/edge'])
  const strangers = [asStranger(), asStranger()]
  await until(() => counts.checkConnections === 2)
  await once(asStranger(), 'close')
  for (let at = 0; at < 6; at++) asKnown()
  await until(() => counts.checkConnections === 8)
  await once(asKnown(), 'close')
  expect(warn.mock.calls.map(([message]) => message)).toEqual([
    'a connection was closed, as too many have not shown a certificate of `clients` yet',
    'a connection to ask for decisions was closed, as there are as many as `limits.connections`',
  ])
  expect(shed.mock.calls).toEqual([['connections'], ['connections']])
  for (const socket of strangers) socket.destroy()
  await until(() => counts.checkConnections === 6)
  asStranger()
  await until(() => counts.checkConnections === 7)
})
