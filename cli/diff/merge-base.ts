import { resolve } from 'node:path'
import { CliError } from '../cli-error.ts'
import type { Io } from '../io.ts'
import { lineOf, runGit } from './git.ts'

/** How to get the rest of the history. */
const DEEPEN = 'fetch the history: `git fetch --unshallow`, `fetch-depth: 0` of actions/checkout, or `GIT_DEPTH: 0` of GitLab'

/** Returns the revisions of `A...B`, HEAD where one is left out; null for an operand of another form. */
export function endsOf(operand: string): { readonly first: string; readonly second: string } | null {
  const ends = /^([^:]*?)\.\.\.([^:]*)(:.*)?$/.exec(operand)
  if (ends === null) return null
  const [, first = '', second = '', path = ''] = ends
  return { first: `${first || 'HEAD'}${path}`, second: `${second || 'HEAD'}${path}` }
}

/**
 * Returns the merge base of `A...B`: the commit from which B was branched off A. Null if the text has another form, or if A or B
 * is not a revision.
 *
 * @throws CliError if the merge base is ambiguous, does not exist, or is not certain in a shallow clone
 */
export function mergeBase(io: Io, text: string): string | null {
  const ends = endsOf(text)
  if (ends === null) return null
  const commits = [ends.first, ends.second].flatMap((name) => commitOf(io, name) ?? [])
  if (commits.length < 2) return null
  const shown = `\`${ends.first}\` and \`${ends.second}\``
  const bases = (lineOf(io, ['merge-base', '--all', ...commits]) ?? '').split('\n').filter((line) => line !== '')
  const [base] = bases
  if (base === undefined || isCutOff(io, commits, base)) {
    if (isShallow(io)) throw new CliError(`the merge base of ${shown} is not in this shallow clone`, DEEPEN)
    throw new CliError(`${shown} have no commit in common`, 'name the commit to compare with')
  }
  if (bases.length > 1)
    throw new CliError(
      `${shown} have ${bases.length} merge bases: ${bases.map((commit) => commit.slice(0, 10)).join(', ')}`,
      'name the one to compare with',
    )
  return base
}

/** Returns the commit of a revision; null if it is none. */
export function commitOf(io: Io, revision: string): string | null {
  // A leading dash would make it a flag.
  return revision.startsWith('-') ? null : lineOf(io, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`])
}

/** @throws CliError for an operand that may be a revision outside of a shallow clone */
export function refuseInShallowClone(io: Io, operand: string): void {
  if (isShallow(io)) throw new CliError(`\`${operand}\` is neither a file nor a revision of this shallow clone`, DEEPEN)
}

function isShallow(io: Io): boolean {
  return lineOf(io, ['rev-parse', '--is-shallow-repository']) === 'true'
}

/** Whether a commit between the ends and the base lost its parents, so that there could be a later base. */
function isCutOff(io: Io, commits: readonly string[], base: string): boolean {
  // None is later than an end itself.
  if (commits.includes(base)) return false
  const file = lineOf(io, ['rev-parse', '--git-path', 'shallow'])
  const cut = new Set((file === null ? null : io.files.readText(resolve(io.cwd, file)))?.split('\n'))
  if (cut.size === 0) return false
  const between = runGit(io, ['rev-list', ...commits, `^${base}`])
  return (
    !between.ok ||
    new TextDecoder()
      .decode(between.bytes)
      .split('\n')
      .some((commit) => commit !== '' && cut.has(commit))
  )
}
