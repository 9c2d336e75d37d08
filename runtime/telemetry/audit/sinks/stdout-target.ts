import type { Writable } from 'node:stream'
import { type LineTarget, WriteError } from './line-target.ts'

/** Streams that have a listener for errors. Each action of an operator opens a target, too. */
const heard = new WeakSet<Writable>()

/**
 * Returns a target that writes to standard output. A slow reader slows the sink. Failed writes are repeated, because a
 * duplicate line is better than a lost one.
 */
export function stdoutTarget(output: Writable = process.stdout): LineTarget {
  // Each write reports its failure; an unhandled event would end the process.
  if (!heard.has(output)) output.on('error', () => {})
  heard.add(output)
  return {
    name: 'standard output',
    write: (bytes) =>
      new Promise((resolve, reject) => {
        output.write(bytes, (error) => (error ? reject(new WriteError(error.message, 0)) : resolve()))
      }),
    reopen: async () => {},
    close: async () => {},
  }
}
