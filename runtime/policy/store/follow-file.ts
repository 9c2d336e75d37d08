import type { PolicyStore, StoreProblem } from './policy-store.ts'
import { type FileWatch, watchFile } from './watch-file.ts'

export interface FollowOptions {
  /** Milliseconds between two looks. */
  readonly interval?: number
  /** Milliseconds until a bundle is tried again that was refused for a reason that is not its own. */
  readonly retry?: number
}

/** A full disk, too many open files: the same bundle may be fine a moment later. */
const PASSING: ReadonlySet<StoreProblem> = new Set(['state', 'internal'])

/**
 * Keeps a store at what a file holds. `ready` is settled when the first try is over: with the file's policy, with the last good
 * one where the file is not there or not good, or with none.
 */
export function followFile(store: PolicyStore, path: string, options: FollowOptions = {}): FileWatch {
  const watch = watchFile(path, {
    ...options,
    onContent: async (bytes) => {
      const activation = await store.activate(bytes)
      return activation.kind === 'refused' && PASSING.has(activation.code) ? 'again' : null
    },
    onProblem: (code, message) => store.report(code, message),
  })
  return { ready: watch.ready.then(async () => void (await store.recover())), close: () => watch.close() }
}
