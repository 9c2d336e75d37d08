import { createHash } from 'node:crypto'
import { constants, type FSWatcher, watch } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { basename, dirname } from 'node:path'

export interface WatchOptions {
  /** Milliseconds between two looks. */
  readonly interval?: number
  /** Bytes; a larger file is not read. */
  readonly maxSize?: number
  /** Milliseconds until content is offered again that could not be taken for a reason that passes. */
  readonly retry?: number
  /** New content, one at a time: the next is not read before the promise is settled. `again`: offer it once more, later. */
  readonly onContent: (bytes: Uint8Array) => Promise<unknown | 'again'>
  /** After each look at which it was there, and was not new. */
  readonly onSame?: () => void
  /** Once for each new reason why there is none. */
  readonly onProblem: (code: 'source-missing' | 'source-unreadable', message: string) => void
}

export interface FileWatch {
  /** Settled after the first look, with what that led to. */
  readonly ready: Promise<void>
  /** Does not wait for the next look, and offers what is there, also what was offered before. */
  look(): void
  /** Nothing is called after it is settled. */
  close(): Promise<void>
}

/** Milliseconds between two looks at what is about to be something else. */
const SOON = 10

/**
 * A file that changed this recently can change again without a new time stamp: file systems count in steps of up to two seconds.
 */
const RACY = 2_000

/**
 * Looks at a path again and again, by asking for its status: at once where the kernel tells that something has changed in its
 * folder, and now and then, as it does not always. That is sure to notice: a file replaced by renaming, written in place, deleted
 * and made again, in a folder that was replaced, behind links that were switched (as Kubernetes does with a ConfigMap), on a
 * network file system, all look the same from here. A file is read when two looks in a row saw the same, and offered if the look
 * after reading saw that too; half a file that was offered nevertheless is refused by its reader, and the rest of it is a new
 * change.
 */
export function watchFile(path: string, options: WatchOptions): FileWatch {
  const { interval = 200, maxSize = 16 << 20, retry = 5_000, onContent, onSame, onProblem } = options
  let seen: Look | null = null
  let offered: { readonly signature: string; readonly digest: string | null; readonly recheckAt: number | null } | null = null
  let problem: string | null = null
  let closed = false
  let timer: NodeJS.Timeout | undefined
  let wake = (): void => {}
  /** Something was told since the last look began, or that one saw what may be half of something. */
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
    // The first look has none to compare with: a start must not wait, and a reader that is given half refuses it.
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
 * Tells of changes in the folder of a path as far as the kernel does, of those that may be of it: a log in the same folder
 * changes all the time. Null: it cannot.
 */
function noticing(path: string, onChange: () => void): FSWatcher | null {
  const own = basename(path)
  try {
    const watcher = watch(dirname(path), { persistent: false }, (_, name) => {
      // Kubernetes replaces files by switching the link `..data`.
      if (name === null || name === own || name.startsWith('..')) onChange()
    })
    watcher.on('error', () => watcher.close())
    return watcher
  } catch {
    return null
  }
}

interface Status {
  /** Differs if the file was replaced or written to, as far as its status tells. */
  readonly signature: string
  readonly size: number
  /** Milliseconds since 1970. */
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
  if (!found.isFile()) return { code: 'source-unreadable', message: `\`${path}\` is not a file` }
  const { dev, ino, size, mtimeNs, ctimeNs } = found
  const changed = Math.max(Number(mtimeNs / 1_000_000n), Number(ctimeNs / 1_000_000n))
  return { signature: [dev, ino, size, mtimeNs, ctimeNs].join(), size: Number(size), changed }
}

/** The content that has this status before and after it was read; null where it had not: the next look decides. */
async function readWhole(path: string, now: Status, maxSize: number): Promise<{ readonly bytes: Uint8Array } | Problem | null> {
  try {
    // Should a pipe have come in place of the file, opening it must not wait for somebody to write.
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
  if (code === 'ENOENT' || code === 'ENOTDIR') return { code: 'source-missing', message: `\`${path}\` is not there` }
  return { code: 'source-unreadable', message: `\`${path}\` cannot be read: ${message}` }
}
