import type { Readable, Writable } from 'node:stream'

/**
 * Forwards complete lines from one stream to another, so that the output of several workers does not mix within lines. A slow
 * reader slows the writer down. If the reader is gone, forwarding stops, because unread audit records must not appear to be
 * written.
 */
export function forwardLines(from: Readable, to: Writable): void {
  let begun: Buffer[] = []
  from.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(0x0a) + 1
    if (end === 0) return void begun.push(chunk)
    const whole = Buffer.concat([...begun, chunk.subarray(0, end)])
    begun = end === chunk.length ? [] : [chunk.subarray(end)]
    from.pause()
    to.write(whole, (error) => {
      if (!error) from.resume()
    })
  })
}
