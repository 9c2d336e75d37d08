import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HANG } from './until.ts'

/** The first is the browser without its windows, and starts in a third of the time. The gate installs it. */
const PROGRAMS = ['chromium-headless-shell', 'chromium']

const program = PROGRAMS.find((name) => spawnSync('sh', ['-c', `command -v ${name}`]).status === 0)

/** Whether this machine has it. */
export function hasChromium(): boolean {
  return program !== undefined
}

/** For `playwright-core`, which wants its path. */
export function chromiumPath(): string {
  return execFileSync('sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim()
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
  if (program === undefined) throw new Error('this machine has no chromium')
  const child = spawn(program, ['--headless=new', ...chromiumFlags, `--user-data-dir=${folder}`, url], {
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
