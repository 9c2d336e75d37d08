import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Files, Io, Output } from './io.ts'

/** The real world: this process, its streams and its files. */
export function nodeIo(home: string): Io {
  return {
    cwd: process.cwd(),
    env: process.env,
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: {
      terminal: process.stdin.isTTY === true,
      lines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
    },
    files,
    clock: Date.now,
    home,
    interruption,
  }
}

function output(stream: NodeJS.WriteStream): Output {
  // The reader has gone (`iap inspect … | head -1`): what is left to say has no one to hear it. That is no failure.
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit()
    throw error
  })
  const terminal = stream.isTTY === true
  return { write: (text) => void stream.write(text), terminal, color: wantsColor(process.env, terminal) }
}

/** https://no-color.org, and the habit of Node's own tools: FORCE_COLOR beats NO_COLOR, and `0` in it means none. */
export function wantsColor(env: Readonly<Record<string, string | undefined>>, terminal: boolean): boolean {
  const force = env.FORCE_COLOR
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false'
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== '') return false
  return terminal && env.TERM !== 'dumb'
}

const files: Files = {
  kind(path) {
    const found = statSync(path, { throwIfNoEntry: false })
    if (found === undefined) return null
    return kindOf(found)
  },
  list(folder) {
    const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
    return entries.map((entry) => {
      if (!entry.isSymbolicLink()) return { name: entry.name, kind: kindOf(entry) }
      const target = files.kind(join(folder, entry.name))
      // A link to a folder may lead back to where it stands.
      return { name: entry.name, kind: target === 'file' ? 'file' : 'other' }
    })
  },
  readText: (path) => absent(() => readFileSync(path, 'utf8')),
  readBytes: (path) => absent(() => readFileSync(path)),
  replace(path, data) {
    mkdirSync(dirname(path), { recursive: true })
    const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`
    try {
      writeFileSync(temporary, data, { flag: 'wx' })
      renameSync(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
  },
  create(path, data, mode = 0o644) {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, data, { flag: 'wx', mode })
  },
}

function kindOf(stats: { isFile(): boolean; isDirectory(): boolean }): 'file' | 'folder' | 'other' {
  if (stats.isFile()) return 'file'
  return stats.isDirectory() ? 'folder' : 'other'
}

function absent<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return null
    throw error
  }
}

function interruption(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(signal))
  }
  return controller.signal
}
