import { once } from 'node:events'
import { watch } from 'chokidar'

/** An editor saves in several steps; what lies there after the last counts. Milliseconds. */
const SETTLED = 80

export interface SourceWatch {
  close(): Promise<void>
}

/**
 * Calls `changed` after `.iap` files in or below the paths were written, added or removed; never twice at a time. Watches once it
 * has returned: what is written while it takes stock would else pass for what was there before.
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
