import type { Readable, Writable } from 'node:stream'

/**
 * Whole lines alone, so that those of several workers do not run into each other. A slow reader slows whoever writes, and one
 * that has gone stops them: records that nobody takes must not seem to be written.
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
