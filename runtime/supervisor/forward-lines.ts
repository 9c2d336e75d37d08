import type { Readable, Writable } from 'node:stream'

/** Whole lines alone, so that those of several workers do not run into each other; a slow reader slows whoever writes. */
export function forwardLines(from: Readable, to: Writable): void {
  let begun: Buffer[] = []
  from.on('data', (chunk: Buffer) => {
    const end = chunk.lastIndexOf(0x0a) + 1
    if (end === 0) return void begun.push(chunk)
    const whole = Buffer.concat([...begun, chunk.subarray(0, end)])
    begun = end === chunk.length ? [] : [chunk.subarray(end)]
    from.pause()
    // What cannot be written is lost on whoever has ended reading.
    to.write(whole, () => from.resume())
  })
}
