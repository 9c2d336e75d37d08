import { readdirSync, readFileSync, statSync } from 'node:fs'
import type { Entry, WorkspaceFiles } from '../workspace/files.ts'

/** The local file system. Keeps texts, as each check reads all files, until the time or size of a file is another. */
export class NodeFiles implements WorkspaceFiles {
  readonly #known = new Map<string, { readonly stamp: string; readonly text: string }>()

  read(path: string): string | null {
    try {
      const own = nativeOf(path)
      const { mtimeMs, size, ino } = statSync(own)
      const stamp = `${mtimeMs} ${size} ${ino}`
      const known = this.#known.get(path)
      if (known?.stamp === stamp) return known.text
      const text = readFileSync(own, 'utf8')
      this.#known.set(path, { stamp, text })
      return text
    } catch {
      this.#known.delete(path)
      return null
    }
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
    } catch {
      return []
    }
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
