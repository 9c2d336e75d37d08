import type { Log } from '../../base/log.ts'
import type { Learned } from './learned.ts'
import { LEARNED_EACH, type LearnedFile } from './learned-file.ts'

/** Writes the learned routes of one process to their file, periodically and when the returned function is called. */
export function keepLearning(
  file: LearnedFile,
  learned: () => Learned,
  { clock, log }: { readonly clock: () => number; readonly log: Log },
): () => void {
  const write = () => {
    try {
      file.write([learned()], clock())
    } catch (error) {
      log.error(`the discovered routes cannot be written: ${(error as Error).message}`)
    }
  }
  const timer = setInterval(write, LEARNED_EACH).unref()
  return () => {
    clearInterval(timer)
    write()
  }
}
