import type { Socket } from 'node:net'

/** RFC 9113 §3.4 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/**
 * Whether a connection begins as one of HTTP/2 does. Nothing is taken from it: whoever gets it reads all of it. Not told of one that ends
 * before it is known; destroys one on which that is not known after `ms`.
 */
export function peekPreface(socket: Socket, ms: number, tell: (isHttp2: boolean) => void): void {
  let seen: Buffer = Buffer.alloc(0)
  const timer = setTimeout(giveUp, ms)
  socket.on('readable', look)
  socket.once('end', giveUp)
  socket.once('close', stop)

  function look(): void {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    const length = Math.min(seen.length, PREFACE.length)
    const isSame = seen.subarray(0, length).equals(PREFACE.subarray(0, length))
    if (isSame && length < PREFACE.length) return
    stop()
    socket.unshift(seen)
    tell(isSame)
  }

  function giveUp(): void {
    socket.destroy()
  }

  function stop(): void {
    clearTimeout(timer)
    socket.off('readable', look)
    socket.off('end', giveUp)
    socket.off('close', stop)
  }
}
