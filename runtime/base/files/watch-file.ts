import { createHash } from 'node:crypto'
import { constants, type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

export interface WatchOptions {
  /** Milliseconds between two checks of the file's status. Default: 200. */
  readonly interval?: number
  /** Maximum size of the file in bytes. A larger file is reported as unreadable. Default: 16 MiB. */
  readonly maxSize?: number
  /** Milliseconds after which content is passed to `onContent` again, if it resolved to `again`. Default: 5000. */
  readonly retry?: number
  /**
   * Receives new content of the file. The file is not read again before the promise resolves. `again`: the content must be passed
   * again after `retry` milliseconds, as it could not be used now.
   */
  readonly onContent: (bytes: Uint8Array) => Promise<unknown | 'again'>
  /** Called after each check that found the file unchanged. */
  readonly onSame?: () => void
  /** Receives the reason why the file cannot be read. Called again only if the reason changes, or after the file was readable. */
  readonly onProblem: (code: 'source-missing' | 'source-unreadable', message: string) => void
}

export interface FileWatch {
  /** Resolves after the first check of the file, whether or not it could be read. */
  readonly ready: Promise<void>
  /** Checks the file soon, without waiting for `interval`. Its content is read even if its status has not changed. */
  look(): void
  /** Stops watching. After the promise resolves, no callback is called. */
  close(): Promise<void>
}

/** Milliseconds between two checks of a changing file. */
const SOON = 10

/**
 * Milliseconds after a change in which a file may change again without a new time stamp: steps of time stamps are up to two
 * seconds.
 */
const RACY = 2_000

/**
 * Watches a file by checking its status: at once after the kernel reports a change in its folder, and periodically, as such
 * reports are unreliable. This detects renames, writes in place, re-creation, replaced folders, switched links (as Kubernetes
 * does with a ConfigMap) and changes on network file systems. A file is read if two checks find the same status, and its content
 * is passed on if the status is unchanged after reading. A half-written file may still pass; its reader refuses it, and the rest
 * of the write is a new change.
 */
export function watchFile(path: string, options: WatchOptions): FileWatch {
  const { interval = 200, maxSize = 16 << 20, retry = 5_000, onContent, onSame, onProblem } = options
  let seen: Look | null = null
  let offered: { readonly signature: string; readonly digest: string | null; readonly recheckAt: number | null } | null = null
  let problem: string | null = null
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let wake = (): void => {}
  /** A notification came during the last check, or the file may be incomplete. */
  let soon = false
  const notice = noticing(path, () => hasten())

  const first = look()
  const done = first.then(async () => {
    while (!closed) {
      await new Promise<void>((resolve) => {
        wake = resolve
        timer = setTimeout(resolve, soon ? Math.min(SOON, interval) : interval).unref()
      })
      soon = false
      if (!closed) await look()
    }
  })

  function hasten(): void {
    if (soon) return
    soon = true
    clearTimeout(timer)
    timer = setTimeout(() => wake(), SOON).unref()
  }

  async function look(): Promise<void> {
    const now = await lookAt(path)
    if (closed) return
    const before = seen
    seen = now
    if ('code' in now) return fail(now.code, now.message)
    if (now.size > maxSize)
      return fail('source-unreadable', `\`${path}\` has ${now.size} bytes, more than the limit of ${maxSize}`)
    // The first check does not wait, as it would delay the start; readers refuse incomplete files.
    const settled = before === null || ('signature' in before && before.signature === now.signature)
    if (!isNews(now)) onSame?.()
    else if (settled) await offer(now)
    else soon = true
  }

  function isNews(now: Status): boolean {
    if (offered === null || offered.signature !== now.signature) return true
    return offered.recheckAt !== null && Date.now() >= offered.recheckAt
  }

  async function offer(now: Status): Promise<void> {
    const read = await readWhole(path, now, maxSize)
    if (closed) return
    if (read === null) {
      soon = true
      return
    }
    if ('code' in read) return fail(read.code, read.message)
    const digest = createHash('sha256').update(read.bytes).digest('base64url')
    const isNew = digest !== offered?.digest || problem !== null
    const racy = now.changed + RACY > Date.now()
    offered = { signature: now.signature, digest, recheckAt: racy ? Date.now() + RACY : null }
    problem = null
    if (isNew && (await onContent(read.bytes)) === 'again')
      offered = { signature: now.signature, digest: null, recheckAt: Date.now() + retry }
  }

  function fail(code: 'source-missing' | 'source-unreadable', message: string): void {
    if (problem === message) return
    problem = message
    offered = null
    onProblem(code, message)
  }

  return {
    ready: first,
    look() {
      offered = null
      hasten()
    },
    async close() {
      closed = true
      notice?.close()
      clearTimeout(timer)
      wake()
      await done
    },
  }
}

/**
 * Reports changes in the folder of a path that may concern it, as other files of the folder may change constantly. Returns null
 * if the platform does not support it.
 */
function noticing(path: string, onChange: () => void): FSWatcher | null {
  const own = basename(path)
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      // Kubernetes switches the link `..data`.
      if (name === null || name === own || name.startsWith('..')) onChange()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}

interface Status {
  /** Text that differs after a replacement or write, as far as the status shows. */
  readonly signature: string
  readonly size: number
  /** Time of the last change in milliseconds since 1970. */
  readonly changed: number
}
interface Problem {
  readonly code: 'source-missing' | 'source-unreadable'
  readonly message: string
}
type Look = Status | Problem

async function lookAt(path: string): Promise<Look> {
  try {
    return statusOf(path, await stat(path, { bigint: true }))
  } catch (error) {
    return problemOf(path, error)
  }
}

type BigStat = Awaited<ReturnType<typeof bigStat>>
const bigStat = (handle: FileHandle) => handle.stat({ bigint: true })

function statusOf(path: string, found: BigStat): Look {
  if (!found.isFile()) return { code: 'source-unreadable', message: `\`${path}\` is not a file: expected a regular file` }
  const { dev, ino, size, mtimeNs, ctimeNs } = found
  const changed = Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n))
  return { signature: [dev, ino, size, mtimeNs, ctimeNs].join(), size: Number(size), changed }
}

/** Reads content if the status is unchanged afterwards. Otherwise returns null, and the next check decides. */
async function readWhole(path: string, now: Status, maxSize: number): Promise<{ readonly bytes: Uint8Array } | Problem | null> {
  try {
    // Opening must not block if a pipe has replaced the file.
    const handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    try {
      const bytes = Buffer.alloc(Math.min(now.size, maxSize) + 1)
      let length = 0
      for (let read = 1; read > 0 && length < bytes.length; length += read) {
        read = (await handle.read(bytes, length, bytes.length - length, length)).bytesRead
      }
      const after = statusOf(path, await bigStat(handle))
      const same = 'signature' in after && after.signature === now.signature && length === now.size
      return same ? { bytes: bytes.subarray(0, length) } : null
    } finally {
      await handle.close()
    }
  } catch (error) {
    return problemOf(path, error)
  }
}

function problemOf(path: string, error: unknown): Problem {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'source-missing', message: `\`${path}\` does not exist` }
  return { code: 'source-unreadable', message: `\`${path}\` cannot be read: ${message}` }
}
