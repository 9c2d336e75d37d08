import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RotateConfig } from '../audit-config.ts'

/** Milliseconds after which a lock is one that a process has left behind. */
const STALE = 60_000

/** Bytes of a file in which its first record says when that was. */
const FIRST = 1024

/**
 * Moves a file away that is too large or too old: `audit.jsonl` becomes `audit.jsonl.20260302T090000.120Z`. Of several processes
 * that append to it one does; were it two, the second would move a file that is shorter, and no line would be lost. Throws what
 * the file system throws.
 */
export async function rotateFile(path: string, config: RotateConfig, now: number): Promise<void> {
  if (!(await isDue(path, config, now))) return
  const lock = `${path}.lock`
  if (!(await takeLock(lock, now))) return
  try {
    // Another process may have done it before this one had the lock.
    if (await isDue(path, config, now)) await rename(path, await freeName(path, now))
    if (config.keep !== null) await removeOld(path, config.keep)
  } finally {
    await rm(lock, { force: true })
  }
}

async function isDue(path: string, { size, age }: RotateConfig, now: number): Promise<boolean> {
  const found = await stat(path).catch(() => null)
  if (found === null || found.size === 0) return false
  if (size !== null && found.size >= size) return true
  return age !== null && now - (await firstTime(path, now)) >= age
}

/** File systems do not all know when a file was made, and a copy is younger than what is in it. */
async function firstTime(path: string, now: number): Promise<number> {
  const handle = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(FIRST), 0, FIRST, 0)
    const [, text = ''] = /"time":"([^"]+)"/.exec(buffer.toString('latin1', 0, bytesRead)) ?? []
    const time = Date.parse(text)
    return Number.isNaN(time) ? now : time
  } finally {
    await handle.close()
  }
}

async function takeLock(lock: string, now: number): Promise<boolean> {
  for (let tries = 0; tries < 2; tries++) {
    try {
      await (await open(lock, 'wx', 0o600)).close()
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const made = await stat(lock).catch(() => null)
    if (made !== null && now - made.mtimeMs < STALE) return false
    await rm(lock, { force: true })
  }
  return false
}

async function freeName(path: string, now: number): Promise<string> {
  for (let time = now; ; time++) {
    const name = `${path}.${new Date(time).toISOString().replaceAll(/[-:]/g, '')}`
    if ((await stat(name).catch(() => null)) === null) return name
  }
}

const STAMP = /^\d{8}T\d{6}\.\d{3}Z$/

async function removeOld(path: string, keep: number): Promise<void> {
  const folder = dirname(path)
  const before = `${basename(path)}.`
  const names = (await readdir(folder)).filter((name) => name.startsWith(before) && STAMP.test(name.slice(before.length)))
  const old = names.sort().slice(0, Math.max(0, names.length - keep))
  for (const name of old) await rm(join(folder, name), { force: true })
}
