import type { Writable } from 'node:stream'
import { type LineTarget, WriteError } from './line-target.ts'

/** Those that have the listener: a target is opened for each action of an operator, too. */
const heard = new WeakSet<Writable>()

/**
 * Standard output; a slow reader slows the sink. What it fails on counts as not written, so that the sink fills up when nobody
 * reads any more: a line that comes twice is better than none.
 */
export function stdoutTarget(output: Writable = process.stdout): LineTarget {
  // Each write is told of its failure; without a listener the event would end the process.
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
