import { constants } from 'node:fs'
import { access, lstat, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isUnix } from '../base/address.ts'
import type { ConfigPath } from '../base/config-error.ts'
import { environment, type Problem, problemAt } from '../base/startup-error.ts'
import type { Config } from './config/index.ts'

interface Written {
  readonly kind: 'file' | 'folder' | 'socket'
  readonly path: string
  /** Path in the configuration. */
  readonly place: ConfigPath
}

/** Returns problems for configured files, folders and sockets to which the proxy could not write. Writes nothing itself. */
export async function unwritable(config: Config): Promise<readonly Problem[]> {
  const problems: Problem[] = []
  for (const { kind, path, place } of writtenBy(config)) {
    const reason = await REASONS[kind](path)
    if (reason === null) continue
    problems.push(problemAt(config.source, place, environment(`the ${kind} \`${path}\` cannot be written: ${reason}`)))
  }
  return problems
}

const REASONS: Readonly<Record<Written['kind'], (path: string) => Promise<string | null>>> = {
  file: reasonOfFile,
  folder: reasonOfFolder,
  socket: reasonOfSocket,
}

function writtenBy({ bundle, assertion, audit, listeners }: Config): readonly Written[] {
  const folder = (path: string | null | undefined, place: ConfigPath): readonly Written[] =>
    path ? [{ kind: 'folder', path, place }] : []
  return [
    ...folder(bundle?.state, ['bundle', 'state']),
    ...folder(assertion.state, ['assertion', 'state']),
    ...listeners.flatMap(({ address }, index): readonly Written[] =>
      isUnix(address) ? [{ kind: 'socket', path: address.path, place: ['listeners', index, 'address'] }] : [],
    ),
    ...audit.flatMap((sink, index): readonly Written[] =>
      sink.kind === 'file' ? [{ kind: 'file', path: sink.file, place: ['audit', index, 'file'] }] : [],
    ),
  ]
}

/** Returns `null` if it is writable or can be created. */
async function reasonOfFile(path: string): Promise<string | null> {
  const found = await stat(path).catch(() => null)
  if (found === null) return await reasonOfFolder(dirname(path))
  if (found.isDirectory()) return 'it is a folder'
  return await reasonOf(path, constants.W_OK)
}

/** The same for files in a folder. */
async function reasonOfFolder(path: string): Promise<string | null> {
  let found: Awaited<ReturnType<typeof stat>>
  try {
    found = await stat(path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // The proxy creates missing folders.
    return code === 'ENOENT' && dirname(path) !== path ? await reasonOfFolder(dirname(path)) : message
  }
  if (!found.isDirectory()) return `\`${path}\` is not a folder`
  return await reasonOf(path, constants.W_OK | constants.X_OK)
}

/** A socket may be that of the proxy that runs. Its folder is not created. */
async function reasonOfSocket(path: string): Promise<string | null> {
  const found = await lstat(path).catch(() => null)
  if (found !== null && !found.isSocket()) return 'it is a file of another kind'
  const folder = dirname(path)
  const isFolder = await stat(folder).then(
    (it) => it.isDirectory(),
    () => false,
  )
  return isFolder ? await reasonOf(folder, constants.W_OK | constants.X_OK) : `the folder \`${folder}\` does not exist`
}

async function reasonOf(path: string, mode: number): Promise<string | null> {
  return await access(path, mode).then(
    () => null,
    (error: Error) => error.message,
  )
}
