import type { Writable } from 'node:stream'
import { type LineTarget, WriteError } from './line-target.ts'

/**
 * Standard output; a slow reader slows the sink. What it fails on counts as not written, so that the sink fills up when nobody
 * reads any more: a line that comes twice is better than none.
 */
export function stdoutTarget(output: Writable = process.stdout): LineTarget {
  // Each write is told of its failure; without a listener the event would end the process.
  output.on('error', () => {})
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
