import { connect, type Socket, type TcpNetConnectOpts } from 'node:net'
import { type Client, type ServiceError, status } from '@grpc/grpc-js'
import type { CheckResponseMessage } from '../../../runtime/proxy/checks/ext-authz/service/index.ts'
import { CheckRequest, callCheck, checkClient } from '../../support/check-client.ts'
import { RawClient, type RawResponse } from '../../support/raw-client.ts'
import type { Asker, Check } from './checks.ts'

/** An asker over gRPC that can give up a check. */
export interface GrpcAsker extends Asker {
  start(check: Check): { readonly outcome: Promise<string>; readonly cancel: () => void }
}

/** Returns an asker with a connection of its own to a listener of ext_authz. */
export function grpcAsker(target: string, client: Client = checkClient(target)): GrpcAsker {
  const start = (check: Check) => {
    const { response, cancel } = callCheck(client, messageOf(check))
    return { outcome: response.then(outcomeOf, failureOf), cancel }
  }
  return { start, ask: (check) => start(check).outcome, close: () => client.close() }
}

function outcomeOf({ status: { code }, deniedResponse }: CheckResponseMessage): string {
  if (code === status.OK) return 'permitted'
  const error = deniedResponse?.headers.find(({ header }) => header.key === 'x-iap-error')?.header.value
  return `${deniedResponse?.status.code} ${error}`
}

function failureOf({ code, details }: ServiceError): string {
  return code === status.RESOURCE_EXHAUSTED ? 'shed' : `failed ${code} ${details}`
}

/** Returns the bytes of the check that Envoy sends for a request. */
export function messageOf({ method, path, lines, body }: Check): Uint8Array {
  const length = body === '' ? [] : [['content-length', String(body.length)] as const]
  const pseudo = Object.entries({ ':method': method, ':path': path, ':authority': 'app.test', ':scheme': 'https' })
  const headers = [...pseudo, ...lines, ...length].map(([key, value]) => ({ key, rawValue: Buffer.from(value) }))
  const http = { method, path, host: 'app.test', scheme: 'https', protocol: 'HTTP/1.1', headerMap: { headers } }
  const request = { http: { ...http, ...(body !== '' && { rawBody: Buffer.from(body) }) } }
  return CheckRequest.encode({
    attributes: { source: { address: { socketAddress: { address: '192.0.2.7' } } }, request },
  }).finish()
}

/** Returns the text of the check that Traefik sends for a request, with lines ended by a line feed. */
export function textOf({ method, path, lines, body }: Check): string {
  const stated = { Method: method, Proto: 'https', Host: 'app.test', Uri: path, For: '192.0.2.7' }
  const own = Object.entries(stated).map(([name, value]) => `X-Forwarded-${name}: ${value}`)
  const length = body === '' ? [] : [`Content-Length: ${body.length}`]
  return `${['GET / HTTP/1.1', 'Host: iap', ...own, ...lines.map(([name, value]) => `${name}: ${value}`), ...length].join('\n')}\n\n${body}`
}

/** Returns an asker over HTTP/1.1 that keeps its connection for as long as the proxy does. */
export function httpAsker(to: TcpNetConnectOpts): Asker {
  let client: RawClient | null = null
  async function ask(check: Check, isAgain = false): Promise<string> {
    const isKept = client !== null && !client.closed
    const current = isKept ? (client as RawClient) : new RawClient(connect(to))
    client = current
    current.send(textOf(check))
    try {
      const answer = await current.response()
      if (answer.get('connection') === 'close') drop(current)
      return outcomeOfAnswer(answer)
    } catch (error) {
      drop(current)
      // The proxy may close a kept connection when the next check is on its way (RFC 9112 §9.3.1).
      return isKept && !isAgain ? await ask(check, true) : `failed ${(error as Error).message}`
    }
  }
  function drop(one: RawClient): void {
    one.close()
    client = null
  }
  return { ask: (check) => ask(check), close: () => client?.close() }
}

export function outcomeOfAnswer({ status: code, get }: RawResponse): string {
  const error = get('x-iap-error')
  if (code === 200) return 'permitted'
  return code === 503 && error === 'overloaded' ? 'shed' : `${code} ${error}`
}

/** How far a check has come when its front goes. */
export const STAGES = ['connected', 'half of the head', 'the head', 'half of the body', 'all', 'the answer has begun'] as const

/** Sends a part of a check with a body, and destroys the connection. */
export async function breakOff(to: TcpNetConnectOpts, check: Check, stage: (typeof STAGES)[number]): Promise<void> {
  const socket: Socket = connect(to)
  socket.on('error', () => {})
  await new Promise<void>((resolve) => socket.once('connect', resolve).once('close', resolve))
  const text = textOf(check).replaceAll('\n', '\r\n')
  const end = text.indexOf('\r\n\r\n') + 4
  const lengths = { connected: 0, 'half of the head': end >> 1, 'the head': end, 'half of the body': (end + text.length) >> 1 }
  const length = (lengths as Partial<Record<string, number>>)[stage] ?? text.length
  if (length > 0) await new Promise<void>((resolve) => socket.write(text.slice(0, length), () => resolve()))
  if (stage === 'the answer has begun')
    await new Promise<void>((resolve) => socket.once('data', () => resolve()).once('close', resolve))
  socket.destroy()
}
