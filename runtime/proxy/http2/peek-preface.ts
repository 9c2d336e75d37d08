import type { Socket } from 'node:net'
import { peek } from '../peek.ts'

/** RFC 9113 §3.4 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/**
 * Whether a connection begins as one of HTTP/2 does. Nothing is taken from it. Destroys one on which that is not known after
 * `ms`.
 */
export function peekPreface(socket: Socket, ms: number, tell: (isHttp2: boolean) => void): void {
  peek(socket, ms, (seen) => {
    const length = Math.min(seen.length, PREFACE.length)
    const isSame = seen.subarray(0, length).equals(PREFACE.subarray(0, length))
    return isSame && length < PREFACE.length ? null : { length: 0, goOn: () => tell(isSame) }
  })
}
