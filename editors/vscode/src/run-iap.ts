import { spawn } from 'node:child_process'
import type { CancellationToken } from 'vscode'
import type { IapProgram } from './find-iap.ts'

/** Milliseconds. The command ends by its `--budget` long before. */
const TIMEOUT = 600_000

/** Characters of output. */
const MAX_OUTPUT = 256 * 1024 * 1024

/** Environment for `iap`: Electron runs scripts as Node does, and the output has no colors. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' }
}

export interface IapRun {
  /** Arguments of `iap`. */
  readonly args: readonly string[]
  readonly cwd: string
  readonly token: CancellationToken
}

export interface IapResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/**
 * Runs `iap` to its end. Returns null if it was cancelled.
 *
 * @throws Error if it cannot be started, takes more than ten minutes, or writes more than 256 MB
 */
export function runIap(iap: IapProgram, { args, cwd, token }: IapRun): Promise<IapResult | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(iap.command, [...iap.args, ...args], {
      cwd,
      env: environment(),
      windowsHide: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const output = { stdout: '', stderr: '' }
    const stop = () => {
      child.kill('SIGKILL')
      // A process that the command has started may keep the other ends of the pipes open.
      child.stdout.destroy()
      child.stderr.destroy()
    }
    const end = (error: Error) => {
      stop()
      reject(error)
    }
    const timer = setTimeout(() => end(new Error(`\`iap ${args[0]}\` took more than ten minutes`)), TIMEOUT)
    const cancelled = token.onCancellationRequested(stop)
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => {
        output[name] += text
        if (output[name].length > MAX_OUTPUT) end(new Error(`\`iap ${args[0]}\` wrote more than 256 MB`))
      })
    child.once('error', (error) => end(new Error(`cannot start \`${iap.command}\`: ${error.message}`)))
    child.once('close', (code, signal) => {
      clearTimeout(timer)
      cancelled.dispose()
      if (token.isCancellationRequested) resolve(null)
      else if (code === null) reject(new Error(`\`iap ${args[0]}\` was ended by ${signal}`))
      else resolve({ code, ...output })
    })
  })
}
