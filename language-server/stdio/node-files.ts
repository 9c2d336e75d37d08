import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Entry, Warn, WorkspaceFiles } from '../workspace/files.ts'

/** Maximum bytes of a file that is read. */
const MOST_BYTES = 50_000_000

/** Codes of errors for paths of no file: policies and clients name many such paths. */
const ABSENT: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'])

/**
 * The local file system. Keeps texts, as each check reads all files, until the time or size of a file changes. Pipes and devices
 * are not read, also where a link leads to one: they may have no end, or block.
 */
export class NodeFiles implements WorkspaceFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly text: string }>()
  readonly #warn: Warn

  constructor(warn: Warn) {
    this.#warn = warn
  }

  read(path: string): string | null {
    try {
      const own = nativeOf(path)
      const stats = statSync(own)
      if (stats.size > MOST_BYTES) this.#warn(`${own}: not read, as it is larger than 50 MB`)
      else if (stats.isFile()) {
        const stamp = `${stats.mtimeMs} ${stats.size} ${stats.ino}`
        const known = this.#known.get(path)
        if (known?.stamp === stamp) return known.text
        const text = readFileSync(own, 'utf8')
        this.#known.set(path, { stamp, text })
        return text
      }
    } catch (error) {
      this.#warnUnlessAbsent(error)
    }
    this.#known.delete(path)
    return null
  }

  list(folder: string): readonly Entry[] {
    try {
      const entries = readdirSync(nativeOf(folder) || '/', { withFileTypes: true })
      return entries.flatMap((entry) => {
        const kind = entry.isDirectory() ? 'folder' : 'file'
        // A link to a folder may form a cycle.
        return entry.isDirectory() || entry.isFile() || isFile(`${folder}/${entry.name}`)
          ? [{ name: entry.name, kind } as const]
          : []
      })
    } catch (error) {
      this.#warnUnlessAbsent(error)
      return []
    }
  }

  #warnUnlessAbsent(error: unknown): void {
    const { code, message } = error as NodeJS.ErrnoException
    if (!ABSENT.has(code)) this.#warn(message)
  }
}

/** On Windows the path of a URI begins with a slash before its drive. */
function nativeOf(path: string): string {
  return /^\/[a-z]:/i.test(path) ? path.slice(1) : path
}

function isFile(path: string): boolean {
  try {
    return statSync(nativeOf(path)).isFile()
  } catch {
    return false
  }
}
