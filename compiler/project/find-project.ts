import { dirname, join, resolve } from 'node:path'
import { PROJECT_FILE } from '../../language/project/project-file.ts'
import type { ProjectHost, SourceFiles } from './source-files.ts'

/** The files that mark the folder in which a project begins: the project file, and the configuration that `iap init` writes. */
const MARKS: readonly string[] = [PROJECT_FILE, 'iap.yaml']

/**
 * Returns the folder in which the project of some files begins: the nearest one above that has an `iap.json` or `iap.yaml`. The
 * search ends at the root of the repository. Returns null if there is none, if the files belong to several projects, or if a path
 * is not a file: a folder says itself what to read.
 */
export function projectOf({ files, cwd }: ProjectHost, paths: readonly string[]): string | null {
  const found = new Set<string | null>()
  for (const path of paths) {
    const absolute = resolve(cwd, path)
    if (kindIfReadable(files, absolute) !== 'file') return null
    found.add(nearestMarked(files, dirname(absolute)))
  }
  const [only = null] = found
  return found.size === 1 ? only : null
}

/** Returns whether the folders of files have policies besides those that were read. */
export function hasOtherPolicies(
  { files, cwd }: ProjectHost,
  paths: readonly string[],
  isRead: (path: string) => boolean,
): boolean {
  const folders = new Set(paths.map((path) => dirname(resolve(cwd, path))))
  return [...folders].some((folder) =>
    files.list(folder).some(({ name }) => name.endsWith('.iap') && !isRead(join(folder, name))),
  )
}

/** Returns whether a project begins in a folder. */
export function isProjectRoot(files: SourceFiles, folder: string): boolean {
  return MARKS.some((name) => kindIfReadable(files, join(folder, name)) === 'file')
}

function nearestMarked(files: SourceFiles, folder: string): string | null {
  if (isProjectRoot(files, folder)) return folder
  const above = dirname(folder)
  const isRepository = kindIfReadable(files, join(folder, '.git')) !== null
  return isRepository || above === folder ? null : nearestMarked(files, above)
}

/** Returns null for a path that cannot be looked at, as in a folder above that belongs to somebody else. */
function kindIfReadable(files: SourceFiles, path: string): ReturnType<SourceFiles['kind']> {
  try {
    return files.kind(path)
  } catch {
    return null
  }
}
