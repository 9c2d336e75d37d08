import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CheckMemory } from '../check-memory.ts'
import type { CheckBody } from './checked-by-headers.ts'

interface BodyOptions {
  /** Maximum bytes of a body. */
  readonly limit: number
  /** Whether the front may cut bodies, so that only one is whole of which it says so. */
  readonly mustSayWhole: boolean
  /** Memory that is taken until the check is answered. */
  readonly memory: Pick<CheckMemory, 'take' | 'free'>
}

/**
 * Reads the body of a check, which is the original body as far as the front sends it. A front that sends none looks like one
 * whose client sent none. So an empty body is `incomplete`, and so is one that is longer than `limit`, or that Envoy has cut.
 * `done` is not called if the front is gone first.
 */
export function readCheckBody(
  check: IncomingMessage,
  response: ServerResponse,
  { limit, mustSayWhole, memory }: BodyOptions,
  done: (body: CheckBody) => void,
): void {
  const { headers } = check
  const length = Number(headers['content-length'] ?? 0)
  if (headers['transfer-encoding'] === undefined && (length === 0 || length > limit)) {
    done('incomplete')
    return
  }
  let taken = 0
  const take = (bytes: number): boolean => {
    if (bytes > 0 && !memory.take(bytes, true)) return false
    taken += bytes
    return true
  }
  response.once('close', () => memory.free(taken))
  // Bodies by length get their memory at once, so that no two wait for what the other has.
  if (!take(length)) {
    done('unread')
    return
  }
  if (headers.expect !== undefined) response.writeContinue()
  const chunks: Buffer[] = []
  let received = 0
  check.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (isSettled) return
    if (received > limit) settle('incomplete')
    else if (take(Math.max(0, received - taken))) chunks.push(chunk)
    else settle('unread')
  })
  check.on('end', () => settle(received === 0 || !isWhole(check, mustSayWhole) ? 'incomplete' : Buffer.concat(chunks)))
  check.on('error', () => {})
  let isSettled = false
  function settle(body: CheckBody): void {
    if (isSettled) return
    isSettled = true
    chunks.length = 0
    done(body)
  }
}

/** Returns whether a part of the check's body has not arrived. */
export function isSendingBody({ complete, headers }: IncomingMessage): boolean {
  return !complete && (headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0)
}

/** Whether Envoy says that the body is whole, and nothing else; or says nothing, and need not. */
function isWhole({ headersDistinct }: IncomingMessage, mustSayWhole: boolean): boolean {
  const values = headersDistinct['x-envoy-auth-partial-body']
  return values === undefined ? !mustSayWhole : values.length === 1 && values[0] === 'false'
}
