import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

type Kind = 'file' | 'folder' | 'other'

/** The working directory and access to files, which a project is read from. */
export interface ProjectHost {
  /** Absolute path of the working directory, the base of relative paths. */
  readonly cwd: string
  readonly files: SourceFiles
}

/** Read access to files by absolute path. A missing file is `null`; other failures throw node:fs's `ErrnoException`. */
export interface SourceFiles {
  /** Returns the kind of a path, following links; null if the path does not exist. */
  kind(path: string): Kind | null
  /** Returns the names in a folder with their kinds, sorted. A link to a file is a `file`; other links are `other`. */
  list(folder: string): readonly { readonly name: string; readonly kind: Kind }[]
  /**
   * Reads a text file; keeps a byte order mark. Returns null if there is no such file.
   *
   * @throws InvalidUtf8Error if the file is not UTF-8
   */
  readText(path: string): string | null
}

/** Thrown if a project cannot be read or built. The message says why, and `help` what to do. */
export class ProjectError extends Error {
  readonly help: string | null
  /** `too-large` if the compiled policy is larger than proxies accept; null for other reasons. */
  readonly code: 'too-large' | null

  constructor(message: string, help: string | null = null, code: ProjectError['code'] = null) {
    super(message)
    this.name = 'ProjectError'
    this.help = help
    this.code = code
  }
}

/** Reads files of the local file system by Node's `fs`. */
export const nodeSourceFiles: SourceFiles = {
  kind(path) {
    const found = unlessAbsent(() => statSync(path))
    return found === null ? null : kindOf(found)
  },
  list(folder) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    return entries.map((entry) => {
      if (!entry.isSymbolicLink()) return { name: entry.name, kind: kindOf(entry) }
      const target = kindOfTarget(join(folder, entry.name))
      // A link to a folder may form a cycle.
      return { name: entry.name, kind: target === 'file' ? 'file' : 'other' }
    })
  },
  readText: (path) => unlessAbsent(() => decodeText(readFileSync(path))),
}

/** Thrown for a text that is not UTF-8. */
export class InvalidUtf8Error extends TypeError {
  readonly code = 'ERR_ENCODING_INVALID_ENCODED_DATA'
  /** The text, with U+FFFD for each invalid sequence. */
  readonly text: string
  /** Offset of the first invalid sequence in `text`. */
  readonly at: number

  constructor(text: string, at: number) {
    super('it is not UTF-8 text')
    this.text = text
    this.at = at
  }
}

/**
 * Decodes UTF-8 bytes to text, and keeps a byte order mark.
 *
 * @throws InvalidUtf8Error for invalid UTF-8, as replacement characters would change comparisons
 */
export function decodeText(bytes: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  let size = 0
  let from = 0
  for (let at = text.indexOf(REPLACEMENT); at !== -1; at = text.indexOf(REPLACEMENT, from)) {
    size += Buffer.byteLength(text.slice(from, at))
    if (bytes[size] !== 0xef || bytes[size + 1] !== 0xbf || bytes[size + 2] !== 0xbd) throw new InvalidUtf8Error(text, at)
    size += 3
    from = at + 1
  }
  return text
}

/** Stands for invalid sequences, unless the text itself has it. */
const REPLACEMENT = '\ufffd'

/** Calls a function that reads a file and returns its result. Returns null if the file does not exist. */
export function unlessAbsent<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** Returns the kind of a link's target; a cycle of links has none. */
function kindOfTarget(path: string): Kind | null {
  try {
    return nodeSourceFiles.kind(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOOP') return null
    throw error
  }
}

function kindOf(stats: { isFile(): boolean; isDirectory(): boolean }): Kind {
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'folder' : 'other'
}
