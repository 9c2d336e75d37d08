import { open, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { RotateConfig } from '../audit-config.ts'

/** Milliseconds after which a lock is considered abandoned. */
const STALE = 60_000

/** Number of bytes at the start of a file that hold the time of its first record. */
const FIRST = 1024

/**
 * Renames a file that is too large or too old, such as `audit.jsonl` to `audit.jsonl.20260302T090000.120Z`. A lock file lets
 * one process rename it; even if two did, no line would be lost.
 *
 * @throws errors of the file system
 */
export async function rotateFile(path: string, config: RotateConfig, now: number): Promise<void> {
  if (!(await isDue(path, config, now))) return
  const lock = `${path}.lock`
  if (!(await takeLock(lock, now))) return
  try {
    // Another process may have rotated it before the lock.
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

/** Returns the time of a file's first record. Not all file systems store creation times, and copies have new ones. */
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
