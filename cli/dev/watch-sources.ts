import { once } from 'node:events'
import { watch } from 'chokidar'

/** Milliseconds without changes before a build, as editors save in several steps. */
const SETTLED = 80

export interface SourceWatch {
  close(): Promise<void>
}

/**
 * Calls `changed` after `.iap` files change; a call starts when the previous one has ended. Resolves once all files are watched,
 * so that no later change is missed.
 */
export async function watchSources(paths: readonly string[], changed: () => Promise<void>): Promise<SourceWatch> {
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
  await once(watcher, 'ready')
  return {
    async close() {
      clearTimeout(timer)
      await watcher.close()
      await work
    },
  }
}
