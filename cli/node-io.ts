import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname } from 'node:path'
import { decodeText, nodeSourceFiles, unlessAbsent } from '../compiler/project/source-files.ts'
import { reasonOf } from '../runtime/base/errors.ts'
import { inputLines } from './input-lines.ts'
import type { Files, Io, Output } from './io.ts'

/** Returns the side effects of a real process: its streams, its clock and its files. */
export function nodeIo(home: string): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: output(process.stdout, 'standard output'),
    stderr: output(process.stderr, 'standard error'),
    stdin: {
      terminal: process.stdin.isTTY === true,
      lines: () => inputLines(process.stdin),
      async text() {
        const chunks: Uint8Array[] = []
        let length = 0
        for await (const chunk of process.stdin as AsyncIterable<Uint8Array>) {
          length += chunk.length
          if (length > MOST_OF_INPUT) throw new Error('it is longer than 64 MiB')
          chunks.push(chunk)
        }
        return decodeText(Buffer.concat(chunks))
      },
    },
    files: nodeFiles,
    clock: Date.now,
    home,
    git,
    interruption,
  }
}

/** Bytes. The commands that read all of standard input expect a token, a policy or requests. */
const MOST_OF_INPUT = 64 << 20

/** Far more than the policies and documents of a repository. */
const MOST_OF_GIT = 1 << 30

function git(words: readonly string[], input = ''): ReturnType<Io['git']> {
  // Never prompts, and never fetches.
  const env = { ...process.env, GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  const { status, stdout, stderr, error } = spawnSync('git', words, { input, env, maxBuffer: MOST_OF_GIT })
  if (error) throw error
  if (status === 0) return { ok: true, bytes: stdout }
  return {
    ok: false,
    message:
      stderr
        .toString('utf8')
        .trim()
        .replace(/^fatal: /, '')
        .split('\n')[0] ?? '',
  }
}

function output(stream: NodeJS.WriteStream, name: string): Output {
  let gone = false
  const ended = (error: Error | null | undefined): void => {
    if (!error || gone) return
    gone = true
    // The reader has ended (`iap inspect … | head -1`): the command ends as it would have, and a proxy goes on.
    if ((error as NodeJS.ErrnoException).code === 'EPIPE') return
    // A truncated answer must not look complete.
    process.exitCode = 2
    if (stream !== process.stderr) process.stderr.write(`error: ${name} cannot be written: ${reasonOf(error)}\n`)
  }
  // Each write reports its failure; without a listener the event would end the process.
  stream.on('error', () => {})
  const terminal = stream.isTTY === true
  return {
    write: (text) => void (gone || stream.write(text, ended)),
    get gone() {
      return gone
    },
    terminal,
    color: wantsColor(process.env, terminal),
  }
}

/**
 * Returns whether output is colored, by https://no-color.org and Node's convention: FORCE_COLOR beats NO_COLOR, and FORCE_COLOR=0
 * disables color.
 */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  const force = env.FORCE_COLOR
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return terminal && env.TERM !== 'dumb'
}

export const nodeFiles: Files = {
  ...nodeSourceFiles,
  readBytes: (path) => unlessAbsent(() => readFileSync(path)),
  size: (path) => unlessAbsent(() => statSync(path).size),
  realPath: (path) => unlessAbsent(() => realpathSync(path)) ?? path,
  pieces(path) {
    const descriptor = unlessAbsent(() => openSync(path, 'r'))
    return descriptor === null ? null : piecesOf(descriptor)
  },
  replace(path, data) {
    mkdirSync(dirname(path), { recursive: true })
    const there = statSync(path, { throwIfNoEntry: false })
    if (there === undefined) putInPlace(path, data, null)
    else if (there.isFile()) putInPlace(realpathSync(path), data, there)
    // Replacing would destroy a pipe or a device; for a folder, writing reports the error.
    else writeFileSync(path, data)
  },
  rewrite(path, text) {
    const real = realpathSync(path)
    // Renaming over a read-only file would succeed, but its protection is meant for its text.
    closeSync(openSync(real, 'r+'))
    putInPlace(real, text, statSync(real))
  },
  update(path, change) {
    mkdirSync(dirname(path), { recursive: true })
    const real = nodeFiles.realPath(path)
    const lock = `${real}.lock`
    takeLock(lock)
    try {
      const before = unlessAbsent(() => decodeText(readFileSync(real)))
      const after = change(before)
      if (before === null) replaceDurably(real, after, 0o600)
      else {
        const { mode, uid, gid } = statSync(real)
        replaceDurably(real, after, mode & 0o7777, { uid, gid })
      }
    } finally {
      rmSync(lock, { force: true })
    }
  },
  create(path, data, mode = 0o644) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, data, { flag: 'wx', mode })
  },
}

/** @param there the replaced file, whose mode and owner stay */
function putInPlace(path: string, data: string | Uint8Array, there: Stats | null): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    writeFileSync(temporary, data, { flag: 'wx' })
    if (there !== null) {
      keepOwner(temporary, there.uid, there.gid)
      chmodSync(temporary, there.mode & 0o7777)
    }
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** The bytes per read. */
const PIECE = 1 << 20

function* piecesOf(descriptor: number): Iterable<Uint8Array> {
  try {
    const buffer = Buffer.alloc(PIECE)
    for (;;) {
      const length = readSync(descriptor, buffer, 0, PIECE, null)
      if (length === 0) return
      yield buffer.subarray(0, length)
    }
  } finally {
    closeSync(descriptor)
  }
}

/** The milliseconds to wait for another process's lock, which only has to write a file. */
const LOCK_WAIT = 10_000

function takeLock(lock: string): void {
  for (const end = Date.now() + LOCK_WAIT; ; ) {
    try {
      closeSync(openSync(lock, 'wx', 0o600))
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (Date.now() > end)
        throw Object.assign(new Error(`another process holds the lock \`${lock}\`: wait until it ends`), { code: 'EBUSY' })
    }
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)
  }
}

/** Syncs the content to disk before the rename. */
function replaceDurably(path: string, text: string, mode: number, owner?: { readonly uid: number; readonly gid: number }): void {
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
  try {
    const descriptor = openSync(temporary, 'wx', 0o600)
    try {
      writeFileSync(descriptor, text)
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    if (owner !== undefined) keepOwner(temporary, owner.uid, owner.gid)
    chmodSync(temporary, mode)
    renameSync(temporary, path)
  } catch (error) {
    rmSync(temporary, { force: true })
    throw error
  }
}

/** Root must restore the owner; other users cannot, and then the file is theirs. */
function keepOwner(path: string, uid: number, gid: number): void {
  const made = statSync(path)
  if (made.uid === uid && made.gid === gid) return
  try {
    chownSync(path, uid, gid)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error
  }
}

/** Shared, so that repeated calls add no listeners. */
let interrupted: AbortSignal | null = null

function interruption(): AbortSignal {
  if (interrupted !== null) return interrupted
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(signal))
  }
  interrupted = controller.signal
  return interrupted
}
