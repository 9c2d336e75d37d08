import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, beforeEach } from 'vitest'
import type { Outcome } from '../../runtime/abi/index.ts'
import { KeyRing, newSecret } from '../../runtime/identity/sessions/index.ts'
import type { CheckServer } from '../../runtime/proxy/checks/check-server.ts'
import { createForwardAuthServer, type ForwardAuthOptions } from '../../runtime/proxy/checks/forward-auth/forward-auth-server.ts'
import type { ProxyContext } from '../../runtime/proxy/proxy-context.ts'
import type { AuditRecord } from '../../runtime/telemetry/audit/index.ts'
import { outcome, policyWith, proxyWith } from './fake-proxy.ts'
import { RawClient, type RawResponse } from './raw-client.ts'

export interface OpenChecks {
  readonly options?: Partial<ForwardAuthOptions>
  readonly proxy?: Partial<ProxyContext>
  readonly effect?: Outcome['effect']
}

export interface ForwardAuthListeners {
  /** Audit records of all listeners of the test. */
  readonly records: AuditRecord[]
  /** The listener that was opened last. */
  last(): CheckServer
  /** Opens a listener for the headers of nginx, or those that `options` has, and connects to it. */
  open(asked?: OpenChecks): Promise<RawClient>
  /** Connects to the listener that was opened last. */
  connect(): RawClient
}

/** Listeners for checks over HTTP, with one policy that decides every request alike. They end with their test. */
export function forwardAuthListeners(): ForwardAuthListeners {
  const records: AuditRecord[] = []
  let clients: RawClient[] = []
  let opened: { readonly front: Server; readonly checks: CheckServer }[] = []

  beforeEach(() => {
    records.length = 0
  })

  afterEach(() => {
    for (const client of clients) client.close()
    for (const { front, checks } of opened) {
      checks.closeAll()
      front.close()
    }
    clients = []
    opened = []
  })

  const keys = new KeyRing([newSecret()])
  const source = { protocol: 'forward-auth', listener: '127.0.0.1:0' } as const

  const newest = () => {
    const [one] = opened.slice(-1)
    if (one === undefined) throw new Error('no listener is open')
    return one
  }

  function connect(): RawClient {
    const { port } = newest().front.address() as AddressInfo
    const client = new RawClient(port)
    clients.push(client)
    return client
  }

  return {
    records,
    connect,
    last: () => newest().checks,
    async open({ options = {}, proxy = {}, effect = 'permit' } = {}) {
      const policy = policyWith([outcome(effect)], () => 0)
      const context = proxyWith({ policies: { current: policy }, ...proxy }, records)
      const checks = createForwardAuthServer(context, {
        ...{ tls: null, mayAsk: () => true, original: 'x-original', prefix: '', trust: null, keys, source },
        ...options,
      })
      const front = createServer({ allowHalfOpen: true }, (socket: Socket) => {
        socket.on('error', () => {})
        checks.take(socket)
      })
      opened.push({ front, checks })
      await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve))
      return connect()
    },
  }
}

/** The headers by which fronts state `GET https://app.test/a?x=1` of 192.0.2.7: nginx, Traefik, and those of the request line. */
export const NGINX = `Host: iap
X-Original-Method: GET
X-Original-URL: https://app.test/a?x=1
X-Forwarded-For: 192.0.2.7
`
export const FORWARDED = `Host: iap
X-Forwarded-Method: GET
X-Forwarded-Proto: https
X-Forwarded-Host: app.test
X-Forwarded-Uri: /a?x=1
X-Forwarded-For: 192.0.2.7
`
export const OWN = 'Host: app.test\nX-Forwarded-Proto: https\nX-Forwarded-For: 192.0.2.7\n'

/** Sends the head of a check, and returns its answer. */
export async function sendCheck(client: RawClient, head: string): Promise<RawResponse> {
  client.send(`${head}\n`)
  return await client.response(head.startsWith('HEAD'))
}
