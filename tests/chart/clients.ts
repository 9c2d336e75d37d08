import { Agent, request } from 'node:http'
import { type ClientHttp2Session, connect as connectHttp2 } from 'node:http2'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { WebSocket } from 'ws'
import { eventually } from '../support/until.ts'

/** What the clients saw. */
export interface Outcome {
  readonly answered: Readonly<Record<Protocol, number>>
  /** How often each failure was seen. */
  readonly failures: Readonly<Record<string, number>>
  /** WebSockets that were closed with 1001 or 1012, and opened again at the first try. */
  readonly reopened: number
  /**
   * Requests over HTTP/2 that were refused unprocessed (REFUSED_STREAM), and answered when they were sent again on another
   * connection, as RFC 9113 §8.7 lets clients do. Node's client announces the end of its connection before a request that it has
   * queued, and Node's server then refuses that request.
   */
  readonly resent: number
}

export type Protocol = 'HTTP/1.1' | 'HTTP/2' | 'WebSocket'

export interface Clients {
  /** Settled when each protocol has had so many more answers. */
  more(count: number): Promise<void>
  /** What they saw so far, as a line. */
  summary(): string
  /** Lets requests under way end. */
  stop(): Promise<Outcome>
}

/** Outcome of a request over HTTP/2 that was not processed. */
const REFUSED = 'Stream closed with error code NGHTTP2_REFUSED_STREAM'

/** Milliseconds between two requests of a client. It is less than the second in which a proxy that ends announces it. */
const PAUSE = 250

/** The longest that a client waits for an answer, in milliseconds. */
const ANSWER = 60_000

/**
 * Starts clients that send one request after the other on a connection of their own, and never again what has failed.
 *
 * @param count number of connections, shared among the protocols
 * @param endpoint returns the port of the next connection, as a service does
 */
export function startClients(count: number, endpoint: () => number): Clients {
  const answered: Record<Protocol, number> = { 'HTTP/1.1': 0, 'HTTP/2': 0, WebSocket: 0 }
  const failures: Record<string, number> = {}
  let reopened = 0
  let resent = 0
  let isStopped = false
  const note = (protocol: Protocol, failure: string | null) => {
    if (failure === null) answered[protocol]++
    else failures[`${protocol}: ${failure}`] = (failures[`${protocol}: ${failure}`] ?? 0) + 1
  }
  const overHttp1 = async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    agent.createConnection = () => connect(endpoint(), '127.0.0.1')
    for (; !isStopped; await sleep(PAUSE)) note('HTTP/1.1', await askHttp1(agent))
    agent.destroy()
  }
  const overHttp2 = async () => {
    let session: ClientHttp2Session | null = null
    let isResending = false
    for (; !isStopped; await sleep(PAUSE)) {
      if (session === null || session.closed || session.destroyed) {
        session = connectHttp2(`http://127.0.0.1:${endpoint()}`)
        session.on('error', () => {})
      }
      const outcome = await askHttp2(session)
      if (outcome !== REFUSED || isResending) note('HTTP/2', outcome)
      if (outcome === null && isResending) resent++
      isResending = outcome === REFUSED
    }
    session?.close()
  }
  const overWebSocket = async () => {
    let socket: WebSocket | string = await openWebSocket(endpoint())
    for (; !isStopped; await sleep(PAUSE)) {
      const code = typeof socket === 'string' ? socket : await echo(socket)
      if (code === null) {
        note('WebSocket', null)
        continue
      }
      if (!REOPENS.has(code)) note('WebSocket', code)
      socket = await openWebSocket(endpoint())
      if (typeof socket !== 'string' && REOPENS.has(code)) reopened++
    }
    if (typeof socket !== 'string') socket.terminate()
  }
  const kinds = [overHttp1, overHttp2, overWebSocket]
  const clients = Array.from({ length: count }, async (_, i) => {
    // Spread, as clients are that know nothing of each other.
    await sleep((PAUSE * i) / count)
    await (kinds[i % kinds.length] as () => Promise<void>)()
  })
  return {
    async more(wanted) {
      const goals = Object.entries(answered).map(([protocol, had]) => [protocol as Protocol, had + wanted] as const)
      await eventually(
        () => goals.every(([protocol, goal]) => answered[protocol] >= goal) || undefined,
        () => `too few answers: ${JSON.stringify({ answered, failures })}`,
      )
    },
    summary: () => JSON.stringify({ answered, failures, reopened, resent }),
    async stop() {
      isStopped = true
      await Promise.all(clients)
      return { answered, failures, reopened, resent }
    },
  }
}

function askHttp1(agent: Agent): Promise<string | null> {
  return new Promise((resolve) => {
    const outgoing = request({ path: '/open/x', agent, headers: { host: 'app.test' }, timeout: ANSWER }, (response) => {
      response.resume()
      response.on('end', () => resolve(response.statusCode === 200 ? null : `status ${response.statusCode}`))
      response.on('error', (error) => resolve(`cut off: ${error.message}`))
    })
    outgoing.on('timeout', () => outgoing.destroy(new Error('no answer')))
    outgoing.on('error', (error) => resolve(error.message))
    outgoing.end()
  })
}

function askHttp2(session: ClientHttp2Session): Promise<string | null> {
  return new Promise((resolve) => {
    const stream = session.request({ ':path': '/open/x', ':authority': 'app.test' })
    let status = 0
    stream.setTimeout(ANSWER, () => stream.destroy(new Error('no answer')))
    stream.on('response', (headers) => {
      status = headers[':status'] ?? 0
    })
    stream.on('error', (error) => resolve(error.message))
    stream.on('close', () => resolve(status === 200 && stream.rstCode === 0 ? null : `status ${status}, code ${stream.rstCode}`))
    stream.resume()
    stream.end()
  })
}

const closeCodes = new WeakMap<WebSocket, number>()

/** Opens a WebSocket at the first try, or returns why it did not open. */
function openWebSocket(port: number): Promise<WebSocket | string> {
  return new Promise((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/open/chat`, { headers: { host: 'app.test' }, handshakeTimeout: ANSWER })
    socket.on('error', (error) => resolve(`it did not open: ${error.message}`))
    socket.on('open', () => resolve(socket))
    socket.on('close', (code) => closeCodes.set(socket, code))
  })
}

/** Outcomes of a proxy that has ended, after which a client opens another WebSocket and asks again. */
const REOPENS: ReadonlySet<string> = new Set(['closed with 1001', 'closed with 1012'])

/** Sends a message and waits for its echo. Returns what came in its place, also if it came before. */
function echo(socket: WebSocket): Promise<string | null> {
  const earlier = closeCodes.get(socket)
  if (earlier !== undefined) return Promise.resolve(`closed with ${earlier}`)
  return new Promise((resolve) => {
    const settle = (result: string | null) => {
      clearTimeout(timer)
      socket.off('message', heard).off('close', closed)
      resolve(result)
    }
    const heard = () => settle(null)
    const closed = (code: number) => settle(`closed with ${code}`)
    const timer = setTimeout(() => settle('no answer'), ANSWER)
    socket.on('message', heard).on('close', closed)
    socket.send('hello', () => {})
  })
}
