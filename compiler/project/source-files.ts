import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

type Kind = 'file' | 'folder' | 'other'

/** Where a project is read from. */
export interface ProjectHost {
  /** Absolute; where relative paths start. */
  readonly cwd: string
  readonly files: SourceFiles
}

/** Paths are absolute. What cannot be done throws the `ErrnoException` of node:fs; what is not there is `null`. */
export interface SourceFiles {
  /** What is there, links followed; null where nothing is. */
  kind(path: string): Kind | null
  /** Names in a folder, with what they are, sorted. Links to files are files, other links are `other`. */
  list(folder: string): readonly { readonly name: string; readonly kind: Kind }[]
  /** What is not UTF-8 throws; a byte order mark stays. */
  readText(path: string): string | null
}

/** Why a project cannot be read or built, for the person who asked for it: a sentence, and what to do about it. */
export class ProjectError extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'ProjectError'
    this.help = help
  }
}

/** The files of this machine. */
export const nodeSourceFiles: SourceFiles = {
  kind(path) {
    const found = statSync(path, { throwIfNoEntry: false })
    return found === undefined ? null : kindOf(found)
  },
  list(folder) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    return entries.map((entry) => {
      if (!entry.isSymbolicLink()) return { name: entry.name, kind: kindOf(entry) }
      const target = kindOfTarget(join(folder, entry.name))
      // A link to a folder may lead back to where it stands.
      return { name: entry.name, kind: target === 'file' ? 'file' : 'other' }
    })
  },
  readText: (path) => unlessAbsent(() => decodeText(readFileSync(path))),
}

/** Throws for bytes that are no text: they would become other ones, and a comparison with them another comparison. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
}

/** Null where there is no such file. */
export function unlessAbsent<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

/** Of a link; a circle of links leads nowhere. */
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
