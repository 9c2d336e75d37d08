import { once } from 'node:events'
import { watch } from 'chokidar'
import { settledWithin } from '../../runtime/base/waiting.ts'

/** Milliseconds without changes before a build, as editors save in several steps. */
const SETTLED = 80

/** Milliseconds to wait until all files are watched. On a slow disk, the others follow. */
const PATIENCE = 10_000

export interface SourceWatch {
  /** Whether all files are watched. If false, a change of the last seconds may be missed. */
  readonly isComplete: boolean
  close(): Promise<void>
}

/**
 * Calls `changed` after `.iap` files change; a call starts when the previous one has ended. Resolves once all files are watched,
 * so that no later change is missed, or after `patience` milliseconds.
 */
export async function watchSources(
  paths: readonly string[],
  changed: () => Promise<void>,
  patience = PATIENCE,
): Promise<SourceWatch> {
  let timer: NodeJS.Timeout | undefined
  let work: Promise<void> = Promise.resolve()
  const watcher = watch([...paths], {
    ignoreInitial: true,
    ignored: (path, stats) =>
      !paths.includes(path) &&
      (/(^|[/\\])(node_modules|\.[^/\\.][^/\\]*)$/.test(path) || (stats?.isFile() === true && !path.endsWith('.iap'))),
  })
  watcher.on('all', () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      work = work.then(changed)
    }, SETTLED)
  })
  const isReady = once(watcher, 'ready').then(() => true)
  return {
    isComplete: await settledWithin(isReady, patience, false),
    async close() {
      clearTimeout(timer)
      await watcher.close()
      await work
    },
  }
}
