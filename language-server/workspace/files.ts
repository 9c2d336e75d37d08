/** The files of a workspace by their paths: `/home/mia/shop/policies/orders.iap`. Open documents take the place of files. */
export interface WorkspaceFiles {
  /** Returns a text; null if there is no such file, or if it cannot be read. */
  read(path: string): string | null
  /** Returns the files and folders in a folder; none if it cannot be read. */
  list(folder: string): readonly Entry[]
}

export interface Entry {
  readonly name: string
  readonly kind: 'file' | 'folder'
}

/** Returns the path of a URI such as `file:///home/mia/orders.iap`, with a host as `//HOST/PATH`; null if it has none. */
export function pathOf(uri: string): string | null {
  try {
    const { host, pathname } = new URL(uri)
    return decodeURIComponent(host === '' ? pathname : `//${host}${pathname}`)
  } catch {
    return null
  }
}

/** Returns the URI of a path, under the scheme of the workspace (`file:`). */
export function uriOf(path: string, scheme: string): string {
  // Half of a character has no encoding, and is in no file name.
  const parts = path.replace(/\p{Surrogate}/gu, '\uFFFD').split('/')
  return `${scheme}${path.startsWith('//') ? '' : '//'}${parts.map(encodeURIComponent).join('/')}`
}

/** Returns the folder of a path; of a root the root itself. */
export function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0))
}

/** Returns the path of a file that a file in a folder names. */
export function pathFrom(folder: string, named: string): string {
  const native = named.replaceAll('\\', '/')
  const isAbsolute = native.startsWith('/') || /^[a-z]:\//i.test(native)
  const parts: string[] = []
  for (const part of `${isAbsolute ? '' : folder}/${native}`.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  return `${folder.startsWith('//') && !isAbsolute ? '//' : '/'}${parts.join('/')}`
}

export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`)
}

/** Maximum folders that are searched, as a client may open a home directory or the whole file system. */
const MOST_FOLDERS = 5_000

export interface ListedFolder {
  readonly path: string
  readonly entries: readonly Entry[]
}

/** Reports a reason for which files are left out; `warnOnce` leaves out repetitions. */
export type Warn = (message: string) => void

/**
 * Returns some folders and those below, nearest first. Leaves out hidden folders and `node_modules`.
 *
 * @param isLeftOut returns whether a folder and those below it are left out
 */
export function* foldersFrom(
  files: WorkspaceFiles,
  roots: Iterable<string>,
  warn: Warn,
  isLeftOut: (folder: ListedFolder) => boolean = () => false,
): Iterable<ListedFolder> {
  const pending = new Set(roots)
  let count = 0
  // Folders that are added are visited, too.
  for (const path of pending) {
    if (count++ === MOST_FOLDERS) {
      return warn(
        `${[...roots].map((root) => root || '/').join(', ')}: only the nearest ${MOST_FOLDERS} folders are searched for policies and configurations. ` +
          'Open a folder with fewer below it.',
      )
    }
    const folder = { path, entries: files.list(path) }
    if (isLeftOut(folder)) continue
    yield folder
    for (const { name, kind } of folder.entries)
      if (kind === 'folder' && !name.startsWith('.') && name !== 'node_modules') pending.add(`${path}/${name}`)
  }
}

/** Files that a client sends as texts, where there is no file system: in a browser. */
export class TextFiles implements WorkspaceFiles {
  readonly #texts = new Map<string, string>()

  set(path: string, text: string | null): void {
    if (text === null) this.#texts.delete(path)
    else this.#texts.set(path, text)
  }

  read(path: string): string | null {
    return this.#texts.get(path) ?? null
  }

  list(folder: string): readonly Entry[] {
    const found = new Map<string, Entry>()
    for (const path of this.#texts.keys()) {
      if (!path.startsWith(`${folder}/`)) continue
      const [name = '', ...rest] = path.slice(folder.length + 1).split('/')
      found.set(name, { name, kind: rest.length === 0 ? 'file' : 'folder' })
    }
    return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
  }
}
