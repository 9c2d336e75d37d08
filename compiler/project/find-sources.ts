import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { reasonOf } from '../../runtime/base/errors.ts'
import { ProjectError, type ProjectHost, type SourceFiles } from './source-files.ts'

export interface FoundSources {
  /** Absolute path of the folder to which names are relative. Imports cannot leave the folder. */
  readonly root: string
  /** Names of the sources, relative to the root, with `/`, sorted and unique. */
  readonly names: readonly string[]
}

/**
 * Resolves files and folders to sources. A folder means every `*.iap` below it, except in `node_modules` and dot folders. Names
 * are relative to the working directory, or to the deepest folder that contains all paths if one is outside, so that no bundle
 * names a folder of the build machine.
 *
 * @throws ProjectError if a path does not exist, is not a policy, or is a folder without policies
 */
export function findSources({ files, cwd }: ProjectHost, paths: readonly string[], root?: string): FoundSources {
  const found: string[] = []
  for (const path of paths) {
    const absolute = resolve(cwd, path)
    const before = found.length
    const kind = kindAt(files, absolute, path)
    if (kind === null) throw new ProjectError(`\`${path}\` does not exist`, 'give files or folders of policies')
    if (kind === 'folder') collect(files, absolute, found)
    else if (kind === 'other')
      throw new ProjectError(`\`${path}\` is neither a file nor a link to a file`, 'give files or folders of policies')
    else if (absolute.endsWith('.iap')) found.push(absolute)
    else
      throw new ProjectError(
        `\`${path}\` is not an \`.iap\` file`,
        absolute.endsWith('.iapb') ? 'it is a bundle: `iap inspect` reads it' : 'policies end in `.iap`, bundles in `.iapb`',
      )
    if (found.length === before)
      throw new ProjectError(`there is no \`.iap\` file in \`${path}\``, 'give files or folders of policies')
  }
  const base = root ?? (found.every((path) => isWithin(cwd, path)) ? cwd : commonFolder(found))
  const names = found.map((path) => relative(base, path).split(sep).join('/'))
  return { root: base, names: [...new Set(names)].sort() }
}

function collect(files: SourceFiles, folder: string, found: string[]): void {
  for (const { name, kind } of read(files, folder)) {
    if (name.startsWith('.') || name === 'node_modules') continue
    const path = join(folder, name)
    if (kind === 'folder') collect(files, path, found)
    else if (name.endsWith('.iap')) {
      // Skipping it could silently lose a forbid.
      if (kind !== 'file') throw new ProjectError(`\`${path}\` is neither a file nor a link to a file`, 'repair it, or remove it')
      found.push(path)
    }
  }
}

function kindAt(files: SourceFiles, absolute: string, path: string): ReturnType<SourceFiles['kind']> {
  try {
    return files.kind(absolute)
  } catch (error) {
    throw new ProjectError(`\`${path}\` cannot be read: ${reasonOf(error)}`)
  }
}

function read(files: SourceFiles, folder: string): ReturnType<SourceFiles['list']> {
  try {
    return files.list(folder)
  } catch (error) {
    throw new ProjectError(`the folder \`${folder}\` cannot be read: ${reasonOf(error)}`)
  }
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0] as string)
  while (!paths.every((path) => isWithin(folder, path))) folder = dirname(folder)
  return folder
}

/**
 * Returns the text of a policy or document, or null if it does not exist.
 *
 * @param root absolute path of the folder to which the name is relative
 * @throws ProjectError if the source is unreadable or not a regular file: an import could name a pipe, which may never end
 */
export function readSource({ files, cwd }: ProjectHost, root: string, name: string): string | null {
  const path = join(root, name)
  try {
    if (files.kind(path) === 'other') throw new Error('it is not a file')
    return files.readText(path)
  } catch (error) {
    throw new ProjectError(`\`${relative(cwd, path)}\` cannot be read: ${reasonOf(error)}`)
  }
}
