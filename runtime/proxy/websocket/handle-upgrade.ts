import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { handleRequest, type Listener } from '../handle-request.ts'
import { Upgrade } from './upgrade.ts'

/**
 * A request with `Upgrade`, which Node hands out with the connection. It goes the same way as any other; if it is refused, or the
 * service answers otherwise, that is the last answer on the connection.
 */
export function handleUpgrade(listener: Listener, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const upgrade = new Upgrade(incoming, socket, head)
  void handleRequest(listener, incoming, upgrade.answer, upgrade)
}
