import type { Socket } from 'node:net'

/** What the first bytes of a connection say; null: too few. `length`: bytes that the next reader does not get. */
export type Peeked = { readonly length: number; goOn(): void } | 'cut' | null

/**
 * Reads what a connection begins with until that is enough. Whoever gets it afterwards reads all the rest. One that ends before
 * is told to nobody; one of which not enough is known after `ms`, or of which `look` says so, is destroyed.
 */
export function peek(socket: Socket, ms: number, look: (seen: Buffer) => Peeked): void {
  let seen: Buffer = Buffer.alloc(0)
  const timer = setTimeout(giveUp, ms)
  socket.on('readable', read)
  socket.once('end', giveUp)
  socket.once('close', stop)
  // Somebody has looked before, and what is there is told to nobody a second time.
  read()

  function read(): void {
    const chunk: Buffer | null = socket.read()
    if (chunk === null) return
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk])
    const peeked = look(seen)
    if (peeked === null) return
    stop()
    if (peeked === 'cut') return void socket.destroy()
    if (peeked.length < seen.length) socket.unshift(seen.subarray(peeked.length))
    peeked.goOn()
  }

  function giveUp(): void {
    socket.destroy()
  }

  function stop(): void {
    clearTimeout(timer)
    socket.off('readable', read)
    socket.off('end', giveUp)
    socket.off('close', stop)
  }
}

/** RFC 9113 §3.4 */
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/** Tells whether a connection begins with the preface of HTTP/2, and consumes nothing. Destroys it if that takes `ms`. */
export function peekPreface(socket: Socket, ms: number, tell: (isHttp2: boolean) => void): void {
  peek(socket, ms, (seen) => {
    const length = Math.min(seen.length, PREFACE.length)
    const isSame = seen.subarray(0, length).equals(PREFACE.subarray(0, length))
    return isSame && length < PREFACE.length ? null : { length: 0, goOn: () => tell(isSame) }
  })
}
