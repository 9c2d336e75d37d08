import type { Connection } from '../inbound-request.ts'
import type { RequestContext } from '../request-context.ts'
import { endWithConnection } from '../request-lifecycle.ts'
import { closeReasonOf, endConnection } from './connection-state.ts'

/** Maximum waiting requests on one connection; clients that wait for responses send fewer. */
const MAX_AHEAD = 64

interface Line {
  last: RequestContext
  waiting: number
}

const lines = new WeakMap<Connection, Line>()

/**
 * Makes a pipelined HTTP/1.1 request wait until the response before it is complete. One request may change what the next one
 * finds (RFC 9112 §9.3.2), and one connection must not occupy services with all requests that it sends at once. Returns `null`
 * if the request need not wait.
 */
export function turnInPipeline(context: RequestContext): Promise<void> | null {
  // HTTP/2 streams run concurrently.
  if (context.answer.multiplexed) return null
  const { socket } = context.incoming
  const line = lines.get(socket)
  if (line === undefined) {
    lines.set(socket, { last: context, waiting: 0 })
    return null
  }
  const before = line.last
  line.last = context
  if (before.ended) return null
  endWithConnection(context)
  if (line.waiting === MAX_AHEAD) {
    context.detail = `more than ${MAX_AHEAD} requests wait for a response`
    closeReasonOf(socket).code = 'too-many-pipelined'
    endConnection(context.incoming)
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
