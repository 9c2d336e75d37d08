import type { Connection } from '../inbound-request.ts'
import type { RequestContext } from '../request-context.ts'
import { endConnection } from './linger.ts'

/** Requests that may wait on one connection. Nobody who waits for answers sends as many ahead. */
const MAX_AHEAD = 64

interface Line {
  last: RequestContext
  waiting: number
}

const lines = new WeakMap<Connection, Line>()

/**
 * Requests that were sent ahead on a connection are carried out one after the other: one may change what the next one finds (RFC
 * 9112 §9.3.2), and a single connection must not keep services busy with as many as fit into what is read at once. Null: it is
 * its turn.
 */
export function turnInPipeline(exchange: RequestContext): Promise<void> | null {
  // Streams of HTTP/2 are carried out side by side: that is what they are for.
  if (exchange.answer.multiplexed) return null
  const { socket } = exchange.incoming
  const line = lines.get(socket)
  if (line === undefined) {
    lines.set(socket, { last: exchange, waiting: 0 })
    return null
  }
  const before = line.last
  line.last = exchange
  if (before.ended) return null
  exchange.endWithConnection()
  if (line.waiting === MAX_AHEAD) {
    exchange.detail = `more than ${MAX_AHEAD} requests were sent ahead`
    endConnection(exchange.incoming)
    socket.destroy()
  }
  line.waiting++
  return new Promise((resolve) => {
    before.onEnd = () => {
      line.waiting--
      resolve()
    }
  })
}
