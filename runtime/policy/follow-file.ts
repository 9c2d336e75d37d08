import type { PolicyStore } from './policy-store.ts'
import { type FileWatch, watchFile } from './watch-file.ts'

/**
 * Keeps a store at what a file holds. `ready` is settled when the first try is over: with the file's policy, with the last good
 * one where the file is not there or not good, or with none.
 */
export function followFile(store: PolicyStore, path: string, options: { readonly interval?: number } = {}): FileWatch {
  const watch = watchFile(path, {
    ...options,
    onContent: (bytes) => store.activate(bytes),
    onProblem: (code, message) => store.report(code, message),
  })
  return { ready: watch.ready.then(async () => void (await store.recover())), close: () => watch.close() }
}
