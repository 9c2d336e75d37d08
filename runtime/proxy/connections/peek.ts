import type { Socket } from 'node:net'

/**
 * The result of a look at the first bytes of a connection. The object says how many bytes to consume (`length`) and how to
 * continue (`goOn`); `'cut'` closes the connection; `null` waits for more bytes.
 */
export type Peeked = { readonly length: number; goOn(): void } | 'cut' | null

/**
 * Reads the first bytes of a connection, and passes them to `look` until it says how to continue. Bytes that `look` does not
 * consume are left to the next reader. Destroys the connection if `look` still waits for bytes after `ms` milliseconds.
 */
export function peek(socket: Socket, ms: number, look: (seen: Buffer) => Peeked): void {
  let seen: Buffer = Buffer.alloc(0)
  const timer = setTimeout(giveUp, ms)
  socket.on('readable', read)
  socket.once('end', giveUp)
  socket.once('close', stop)
  // Bytes read earlier cause no further event.
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

const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 'latin1')

/**
 * Reports to `tell` whether a connection starts with the HTTP/2 preface (RFC 9113 §3.4), without consuming it. Destroys the
 * connection if this is still unknown after `ms` milliseconds.
 */
export function peekPreface(socket: Socket, ms: number, tell: (isHttp2: boolean) => void): void {
  peek(socket, ms, (seen) => {
    const length = Math.min(seen.length, PREFACE.length)
    const isSame = seen.subarray(0, length).equals(PREFACE.subarray(0, length))
    return isSame && length < PREFACE.length ? null : { length: 0, goOn: () => tell(isSame) }
  })
}
