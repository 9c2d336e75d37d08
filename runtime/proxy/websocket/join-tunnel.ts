import type { Duplex } from 'node:stream'
import { responseHeaders } from '../forwarding/response-headers.ts'
import { withRateLimit } from '../rate-limits/rate-limit-headers.ts'
import type { RequestContext } from '../request-context.ts'
import { abortRequest, noteResponseStarted } from '../request-lifecycle.ts'
import { BadResponse } from '../upstreams/upstream-failure.ts'
import { Tunnel } from './tunnel.ts'
import type { Upgrade } from './upgrade.ts'
import { acceptOf } from './websocket-handshake.ts'

/**
 * Checks that the service has accepted the WebSocket handshake, and then connects client and service by a tunnel. Without the
 * check, bytes of the tunnel could be read as HTTP requests.
 *
 * @throws BadResponse if the service's response is no valid acceptance
 */
export function joinTunnel(
  context: RequestContext,
  upgrade: Upgrade,
  status: number,
  raw: readonly Buffer[],
  service: Duplex,
): void {
  const { proxy, request, authentication } = context
  const headers = responseHeaders(raw, status)
  const accept = onlyValue('sec-websocket-accept', headers)
  if (status !== 101 || accept !== acceptOf(request?.headers.get('sec-websocket-key') ?? ''))
    throw new BadResponse('the service has not agreed to a WebSocket')
  const { answer } = upgrade
  const { limit } = context
  answer.writeHead(101, [
    ...(limit === null ? headers : withRateLimit(headers, limit)),
    'connection',
    'Upgrade',
    'upgrade',
    'websocket',
  ])
  answer.flushHeaders()
  const { socket, ahead } = upgrade.release()
  noteResponseStarted(context, status)
  socket.setTimeout(0)
  socket.setNoDelay(true)
  const tunnel = new Tunnel(context, socket, service, proxy.limits.linger)
  proxy.tunnels.add(tunnel)
  context.tunnel = tunnel
  if (ahead.length > 0) service.write(ahead)
  if (authentication?.kind === 'caller')
    tunnel.endIn(authentication.expires * 1000 - proxy.clock(), () => abortRequest(context, 'expired'))
}

/** Returns `null` if there is none or several. */
function onlyValue(name: string, headers: readonly string[]): string | null {
  const values = headers.filter((_, i) => i % 2 === 1 && headers[i - 1]?.toLowerCase() === name)
  return values.length === 1 ? (values[0] as string) : null
}
