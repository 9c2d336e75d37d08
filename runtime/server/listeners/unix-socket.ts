import { chmodSync, chownSync, linkSync, lstatSync, mkdtempSync, renameSync, rmSync, type Stats, unlinkSync } from 'node:fs'
import { connect, type Server } from 'node:net'
import { dirname, join } from 'node:path'
import { renderAddress, type UnixAddress } from '../../base/address.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import { groupId, unknownGroup } from './group-id.ts'

/** A Unix socket at which a server listens. */
export interface UnixSocket {
  /** Returns whether the file of the socket is at its path, so that others can connect. */
  isThere(): boolean
  /** Removes the file of the socket, unless another one has taken its place. Must be called before the server closes. */
  remove(): void
}

/** Milliseconds for the process behind a socket to take a connection; the kernel answers for it at once. */
const PROBE = 2000

/**
 * Makes a server listen at a Unix socket. The socket is made in a folder that only this user can enter, gets its permissions
 * there, and only then appears at its path: nobody else can connect before. The socket of a process that has ended is replaced.
 *
 * @throws StartupError if the path has a file that is no socket, or a socket at which a process listens
 */
export async function listenAtUnixSocket(server: Server, address: UnixAddress): Promise<UnixSocket> {
  const group = groupId(address.group)
  if (group === 'unknown') throw cannot(address, unknownGroup(address))
  let folder: string | null = null
  try {
    const stale = await staleSocket(address)
    folder = mkdtempSync(join(dirname(address.path), '.iap-'))
    const made = join(folder, 's')
    await listening(server, made)
    if (group !== null) giveTo(address, made, group)
    chmodSync(made, address.mode)
    if (stale !== null) moveAway(address, stale, join(folder, 'old'))
    const own = lstatSync(made)
    place(made, address.path)
    return { isThere: () => isOwn(address.path, own), remove: () => removeOwn(address.path, own) }
  } catch (error) {
    if (server.listening) server.close()
    throw error instanceof StartupError ? error : cannot(address, reasonOf(error as NodeJS.ErrnoException, address))
  } finally {
    if (folder !== null) rmSync(folder, { recursive: true, force: true })
  }
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ path }, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

function giveTo(address: UnixAddress, file: string, group: number): void {
  try {
    chownSync(file, process.getuid?.() ?? -1, group)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EPERM') throw error
    throw cannot(address, `it cannot be given to the group \`${address.group}\`: add this user to the group (${message})`)
  }
}

/** Returns the file of a socket at which no process listens; `null` if the path is free. */
async function staleSocket(address: UnixAddress): Promise<Stats | null> {
  const found = lstatSync(address.path, { throwIfNoEntry: false })
  if (found === undefined) return null
  if (!found.isSocket()) throw cannot(address, 'the path has a file that is no socket: move it away, or choose another path')
  const answer = await probe(address.path)
  if (answer === 'ECONNREFUSED') return found
  if (answer === 'ENOENT') return null
  const what = answer === null ? 'another process listens there' : `whether another process listens there is unknown (${answer})`
  throw cannot(address, `${what}: stop it, or choose another path`)
}

/** Resolves with `null` if a process takes connections, else with the code of an error. */
function probe(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = connect({ path })
    const timer = setTimeout(() => end('ETIMEDOUT'), PROBE)
    const end = (code: string | null): void => {
      clearTimeout(timer)
      socket.destroy()
      resolve(code)
    }
    socket.once('connect', () => end(null))
    socket.once('error', ({ code }: NodeJS.ErrnoException) => end(code ?? 'unknown'))
  })
}

/** Another process may have replaced it by its own socket since it was probed, which then returns to its place. */
function moveAway(address: UnixAddress, stale: Stats, to: string): void {
  try {
    renameSync(address.path, to)
  } catch (error) {
    // It is gone.
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
    throw error
  }
  const moved = lstatSync(to)
  // A new file may have the number of one that was removed.
  if (isSame(moved, stale) && moved.mtimeMs === stale.mtimeMs) return
  try {
    place(to, address.path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    // A third process has taken the path. The socket of the second one is kept beside it, as that process still listens.
    const kept = `${address.path}.${process.pid}`
    renameSync(to, kept)
    throw cannot(address, `two other processes listen there, of which one now has its socket at \`${kept}\`: stop both`)
  }
  throw cannot(address, 'another process listens there: stop it, or choose another path')
}

/**
 * Gives a socket its path.
 *
 * @throws an error with the code `EEXIST` if the path is taken
 */
function place(file: string, path: string): void {
  try {
    linkSync(file, path)
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (!WITHOUT_LINKS.has(code)) throw error
    // Some file systems have no hard links. `rename` would replace a file that appears in this moment.
    if (lstatSync(path, { throwIfNoEntry: false }) !== undefined) throw Object.assign(new Error('exists'), { code: 'EEXIST' })
    renameSync(file, path)
  }
}

/** Codes of `link` where hard links do not exist; the kernel may also forbid them (`fs.protected_hardlinks`). */
const WITHOUT_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'])

function isOwn(path: string, own: Stats): boolean {
  try {
    return isSame(lstatSync(path), own)
  } catch {
    return false
  }
}

function removeOwn(path: string, own: Stats): void {
  try {
    if (isOwn(path, own)) unlinkSync(path)
  } catch {
    // The folder may no longer be written. The next start replaces the socket.
  }
}

function isSame(a: Stats, b: Stats): boolean {
  return a.dev === b.dev && a.ino === b.ino
}

function reasonOf({ code, message }: NodeJS.ErrnoException, { path }: UnixAddress): string {
  if (code === 'EEXIST') return 'another process has taken the path meanwhile: stop it, or choose another path'
  if (code === 'ENOENT') return `the folder \`${dirname(path)}\` does not exist: create it`
  return message
}

function cannot(address: UnixAddress, reason: string): StartupError {
  return new StartupError([environment(`cannot listen on ${renderAddress(address)}: ${reason}`)])
}
