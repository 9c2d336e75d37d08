import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HANG } from './until.ts'

/** Whether this machine has it: the gate installs it. */
export function hasChromium(): boolean {
  try {
    execFileSync('chromium', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** For those who want its path: the gate's is found by its name. */
export function chromiumPath(): string {
  return execFileSync('sh', ['-c', 'command -v chromium'], { encoding: 'utf8' }).trim()
}

/** For `playwright-core`, too: every host is this machine. */
export const chromiumFlags: readonly string[] = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--no-first-run',
  // It would ask for news of itself, and wait, where there is no network.
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--ignore-certificate-errors',
  '--host-resolver-rules=MAP * 127.0.0.1',
]

/** Looks at a page, every host being this machine, until what it is to do is done, for so many milliseconds at most. */
export async function browse<T>(url: string, done: Promise<T>, patience = HANG): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-chromium-'))
  const child = spawn('chromium', ['--headless=new', ...chromiumFlags, `--user-data-dir=${folder}`, url], {
    stdio: 'ignore',
    detached: true,
  })
  const gone = once(child, 'exit')
  // Before the test is over, which would leave it running.
  const late = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), patience)
  const early = gone.then(() => Promise.reject(new Error('the browser has ended, or was not done in time')))
  early.catch(() => {})
  try {
    return await Promise.race([done, early])
  } finally {
    clearTimeout(late)
    // It is several processes, of one group.
    if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL')
    await gone
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 })
  }
}
