import { resolve } from 'node:path'
import type { LoadedPolicy } from '../../compiler/project/index.ts'
import { readBundle } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { kindOfFile, readBundleFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

/**
 * Returns a function that loads the bundle with a given policy revision. The path is a bundle, or a folder of bundles such as a
 * proxy's state folder.
 *
 * @param anyRevision whether to accept a bundle with another revision
 */
export function bundlesAt(io: Io, path: string, keys: readonly string[], anyRevision: boolean) {
  const known = new Map<string, Promise<LoadedPolicy>>()
  const isFolder = kindOfFile(io, path) === 'folder'

  return async (revision: string): Promise<LoadedPolicy> => {
    const file = isFolder ? await fileOf(revision) : path
    const loaded = known.get(file) ?? load(file)
    known.set(file, loaded)
    const { policy } = await loaded
    if (policy.revision === revision || anyRevision) return await loaded
    throw new CliError(
      `\`${file}\` has revision ${policy.revision}, but revision ${revision} made this decision`,
      'give the bundle of that revision, or a folder that contains it, or explain with this one by `--any-revision`',
    )
  }

  async function load(file: string): Promise<LoadedPolicy> {
    if (!file.endsWith('.iapb'))
      throw new CliError(
        `\`${file}\` is not a bundle`,
        'records name the revision that decided, and only bundles (*.iapb) have one',
      )
    return (await loadPolicy(io, [file], keys, 'explained')) as LoadedPolicy
  }

  async function fileOf(revision: string): Promise<string> {
    const files = io.files.list(resolve(io.cwd, path)).filter(({ name, kind }) => kind === 'file' && name.endsWith('.iapb'))
    for (const { name } of files) {
      const read = await readBundle(readBundleFile(io, `${path}/${name}`), { keys: 'unverified' })
      if (read.ok && read.bundle.manifest.revision === revision) return `${path}/${name}`
    }
    throw new CliError(
      `none of the ${files.length} bundles in \`${path}\` has revision ${revision}, which made this decision`,
      'add the bundle of that revision to the folder',
    )
  }
}
