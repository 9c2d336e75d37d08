import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

export const root = fileURLToPath(new URL('../../', import.meta.url))
/** What `iap init` copies. */
export const template = join(root, 'cli/templates/default')
export const program = join(root, 'dist', 'iap.js')

if (!existsSync(program)) throw new Error('these tests run what is shipped: npm run build first')

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

export interface Options {
  readonly cwd?: string
  readonly stdin?: string
  readonly env?: Readonly<Record<string, string>>
}

/** Runs `iap` to its end, as a process of its own. */
export function iap(words: readonly string[], options: Options = {}): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { NO_COLOR: _, FORCE_COLOR: __, ...env } = process.env
    const child = spawn(process.execPath, [program, ...words], { cwd: options.cwd ?? root, env: { ...env, ...options.env } })
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text
    })
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
    child.stdin.on('error', () => {})
    child.stdin.end(options.stdin ?? '')
  })
}

/** An empty folder that goes with the test. */
export function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'iap-cli-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A folder with these files. */
export function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder()
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
  return folder
}

/** A copy of the project that `iap init` makes. */
export function project(): string {
  const folder = emptyFolder()
  cpSync(template, folder, { recursive: true })
  return folder
}

/** A port that nobody listens on, and one that somebody does until the test is over. */
export async function ports(): Promise<{ readonly free: number; readonly taken: number }> {
  const listen = () =>
    new Promise<{ port: number; close: () => void }>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        resolve({ port: (server.address() as { port: number }).port, close: () => server.close() })
      })
    })
  const [free, taken] = [await listen(), await listen()]
  free.close()
  onTestFinished(taken.close)
  return { free: free.port, taken: taken.port }
}
