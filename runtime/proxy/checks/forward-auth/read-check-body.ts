import type { IncomingMessage, ServerResponse } from 'node:http'
import type { CheckBody } from './checked-by-headers.ts'

/**
 * Reads the body of a check, which is the original body as far as the front sends it. A front that sends none looks like one
 * whose client sent none. So an empty body is `incomplete`, and so is one that is longer than `limit`, or that Envoy has cut.
 * `done` is not called if the front is gone first.
 *
 * @param mustSayWhole whether the front may cut bodies, so that only one is whole of which it says so
 */
export function readCheckBody(
  check: IncomingMessage,
  response: ServerResponse,
  { limit, mustSayWhole }: { readonly limit: number; readonly mustSayWhole: boolean },
  done: (body: CheckBody) => void,
): void {
  const { headers } = check
  const length = Number(headers['content-length'] ?? 0)
  if (headers['transfer-encoding'] === undefined && (length === 0 || length > limit)) {
    done('incomplete')
    return
  }
  if (headers.expect !== undefined) response.writeContinue()
  const chunks: Buffer[] = []
  let received = 0
  check.on('data', (chunk: Buffer) => {
    received += chunk.length
    if (received > limit) settle('incomplete')
    else chunks.push(chunk)
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
