import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import type { ProjectHost as SourceReader } from '../../language/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { InvalidUtf8Error, ProjectError, type ProjectHost, type SourceFiles } from './source-files.ts'

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
 * @param root takes the place of the working directory
 * @param isLeftOut whether a folder below the given ones is left out, by its absolute path
 * @throws ProjectError if a path does not exist, is not a policy, or is a folder without policies
 */
export function findSources(
  { files, cwd }: ProjectHost,
  paths: readonly string[],
  root?: string,
  isLeftOut: (folder: string) => boolean = () => false,
): FoundSources {
  const found: string[] = []
  for (const path of paths) {
    const absolute = resolve(cwd, path)
    const before = found.length
    const kind = kindAt(files, absolute, path)
    if (kind === null) throw new ProjectError(`\`${path}\` does not exist`, 'give files or folders of policies')
    if (kind === 'folder') collect(files, absolute, isLeftOut, found)
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
  const preferred = root ?? cwd
  const base = found.every((path) => isWithin(preferred, path)) ? preferred : commonFolder(found)
  const names = found.map((path) => relative(base, path).split(sep).join('/'))
  return { root: base, names: [...new Set(names)].sort() }
}

function collect(files: SourceFiles, folder: string, isLeftOut: (folder: string) => boolean, found: string[]): void {
  for (const { name, kind } of read(files, folder)) {
    if (name.startsWith('.') || name === 'node_modules') continue
    const path = join(folder, name)
    if (kind === 'folder') {
      if (!isLeftOut(path)) collect(files, path, isLeftOut, found)
    } else if (name.endsWith('.iap')) {
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
 * Returns a reader of the policies and documents in a folder. A file that is not UTF-8 is read with replacement characters, and
 * the check reports it with the errors of all other files.
 *
 * @param root absolute path of the folder to which the names are relative
 */
export function sourcesIn({ files, cwd }: ProjectHost, root: string): Required<SourceReader> {
  const invalid = new Map<string, number>()
  return {
    read(name) {
      const path = join(root, name)
      try {
        // An import could name a pipe, which may never end.
        if (files.kind(path) === 'other') throw new Error('it is not a regular file')
        return files.readText(path)
      } catch (error) {
        if (!(error instanceof InvalidUtf8Error))
          throw new ProjectError(`\`${relative(cwd, path)}\` cannot be read: ${reasonOf(error)}`)
        invalid.set(name, error.at)
        return error.text
      }
    },
    invalidAt: (name) => invalid.get(name) ?? null,
  }
}
