import { isAbsolute, posix, relative, resolve, sep } from 'node:path'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { decoded, lineOf, runGit } from './git.ts'
import { commitOf, mergeBase } from './merge-base.ts'
import { isPath, type Operand } from './operand.ts'

/** The policy files below a folder in a Git commit. */
export interface GitSources {
  /** Sorted paths of the policy files, relative to the repository's root. */
  readonly names: readonly string[]
  /** Returns the text of any file of the commit by its path from the repository's root; null if there is no such file. */
  read(name: string): string | null
}

/**
 * Reads policies from a Git revision: `main:policies`, or `HEAD~1` with the folder of the other operand. `main...HEAD` stands for
 * the merge base. Returns null if the operand is not a revision of a repository.
 *
 * @param beside the other operand of the comparison, which need not be a path
 * @throws CliError if the revision has no readable policy in that folder
 */
export function gitSources(io: Io, operand: string, beside: Operand): GitSources | null {
  const at = operand.indexOf(':')
  const revision = at < 0 ? operand : operand.slice(0, at)
  if (revision === '') return null
  const commit = mergeBase(io, revision) ?? commitOf(io, revision)
  const prefix = lineOf(io, ['rev-parse', '--show-prefix'])
  if (commit === null || prefix === null) return null
  const folder = at < 0 ? folderOf(io, beside, prefix) : pathOf(operand)
  if (folder.startsWith('/') || folder === '..' || folder.startsWith('../'))
    throw new CliError(`\`${operand}\` is outside the Git repository`, 'give a path in it, such as `main:policies`')
  const files = filesOf(io, commit)
  const names = [...files.keys()]
    .filter((name) => isWithin(name, folder) && name.endsWith('.iap') && !isHidden(name, folder))
    .sort()
  const unreadable = names.find((name) => name.includes(REPLACED))
  if (unreadable !== undefined)
    throw new CliError(`the name of \`${unreadable}\` in \`${operand}\` is not UTF-8`, 'rename the file')
  if (names.length === 0)
    throw new CliError(`there is no \`.iap\` file in \`${operand}\``, `searched \`${folder}\` at commit ${commit.slice(0, 10)}`)
  const texts = readFiles(io, files, names, operand)
  const read = (name: string) => texts.get(name) ?? readFiles(io, files, files.has(name) ? [name] : [], operand).get(name) ?? null
  return { names, read }
}

/** Returns the folder of a path beside a revision, from the repository's root; else the root. */
function folderOf(io: Io, beside: Operand, prefix: string): string {
  const { text, isRevision } = beside
  if (isRevision) return text.includes(':') ? pathOf(text) : '.'
  if (!isPath(io, text) || text.endsWith('.iapb')) return '.'
  const way = posix.normalize(`${prefix}${relative(io.cwd, resolve(io.cwd, text)).split(sep).join('/')}`).replace(/\/+$/, '')
  return isAbsolute(way) || way === '..' || way.startsWith('../') ? '.' : way
}

/** Relative to the repository's root, as in `git show`. */
function pathOf(operand: string): string {
  return posix.normalize(operand.slice(operand.indexOf(':') + 1) || '.').replace(/\/+$/, '')
}

interface GitFile {
  readonly mode: string
  readonly id: string
}

/** Stands for invalid UTF-8 in a name. */
const REPLACED = '\ufffd'

function filesOf(io: Io, commit: string): ReadonlyMap<string, GitFile> {
  const listed = runGit(io, ['ls-tree', '-r', '-z', '--full-tree', commit])
  if (!listed.ok) throw new CliError(`\`git\` cannot list ${commit}: ${listed.message}`)
  // Lists the whole repository: files that are no policies may have any name.
  const lines = new TextDecoder()
    .decode(listed.bytes)
    .split('\0')
    .filter((line) => line !== '')
  return new Map(
    lines.map((line) => {
      const [mode = '', , id = ''] = line.slice(0, line.indexOf('\t')).split(' ')
      return [line.slice(line.indexOf('\t') + 1), { mode, id }]
    }),
  )
}

/** Reads all at once, as each start of `git` takes time. */
function readFiles(
  io: Io,
  files: ReadonlyMap<string, GitFile>,
  names: readonly string[],
  operand: string,
): ReadonlyMap<string, string> {
  if (names.length === 0) return new Map()
  const ids = names.map((name) => {
    const { mode, id } = files.get(name) as GitFile
    // Git has only a link's target. Skipping it could lose a forbid.
    if (!mode.startsWith('100'))
      throw new CliError(`\`${name}\` is not a regular file in \`${operand}\``, 'commit the file itself, not a link')
    return id
  })
  const answer = runGit(io, ['cat-file', '--batch'], ids.map((id) => `${id}\n`).join(''))
  if (!answer.ok) throw new CliError(`\`git\` cannot read \`${operand}\`: ${answer.message}`)
  const { bytes } = answer
  const found = new Map<string, string>()
  let at = 0
  for (const name of names) {
    // Each object begins with a line of its id, type and size.
    const end = bytes.indexOf(10, at)
    const [, kind, size] = decoded(bytes.subarray(at, end)).split(' ')
    if (kind !== 'blob')
      throw new CliError(`\`git\` cannot read \`${name}\` in \`${operand}\``, 'check the repository with `git fsck`')
    const next = end + 1 + Number(size)
    found.set(name, decoded(bytes.subarray(end + 1, next)))
    at = next + 1
  }
  return found
}

function isWithin(name: string, folder: string): boolean {
  return folder === '.' || name === folder || name.startsWith(`${folder}/`)
}

/** Like reading a folder: skips `node_modules` and dot names. */
function isHidden(name: string, folder: string): boolean {
  const below = folder === '.' ? name : name.slice(folder.length + 1)
  return below.split('/').some((part) => part.startsWith('.') || part === 'node_modules')
}
