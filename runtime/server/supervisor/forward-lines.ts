import type { Readable, Writable } from 'node:stream'

/**
 * Forwards complete lines, so that workers' output stays apart. A slow reader slows writers, and one that is gone stops them:
 * unread records must not appear to be written.
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
