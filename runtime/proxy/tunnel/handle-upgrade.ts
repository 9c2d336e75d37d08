import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { Http1Answer } from '../answer.ts'
import { handleRequest, type Listener } from '../handle-request.ts'

/**
 * A request with `Upgrade`, which Node hands out with the connection and what was read of it behind the head. It goes the same way as any other; if it is
 * refused, or the service answers otherwise, that is the last answer on the connection.
 */
export function handleUpgrade(listener: Listener, incoming: IncomingMessage, socket: Socket, head: Buffer): void {
  const answer = new Http1Answer(incoming)
  answer.shouldKeepAlive = false
  answer.assignSocket(socket)
  // Node has let go of both, and does this for nobody.
  socket.on('drain', () => answer.emit('drain'))
  answer.once('finish', () => {
    answer.detachSocket(socket)
    socket.destroySoon()
  })
  void handleRequest(listener, incoming, answer, { answer, socket, head })
}
