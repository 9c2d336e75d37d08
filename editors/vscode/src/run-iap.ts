import { spawn } from 'node:child_process'
import type { CancellationToken } from 'vscode'
import type { IapProgram } from './find-iap.ts'

/** Milliseconds. The commands end by `--budget` long before. */
const TIMEOUT = 600_000

/** Characters of output. The matrix of 10,000 rules has a third of it. */
const MAX_OUTPUT = 256 * 1024 * 1024

/** Environment for `iap`: Electron runs scripts as Node does, and the output has no colors. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env, ELECTRON_RUN_AS_NODE: '1', NO_COLOR: '1' }
}

export interface IapRun {
  /** Arguments of `iap`. */
  readonly args: readonly string[]
  readonly cwd: string
  /** Text for standard input. */
  readonly input: string
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
export function runIap(iap: IapProgram, { args, cwd, input, token }: IapRun): Promise<IapResult | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(iap.command, [...iap.args, ...args], { cwd, env: environment(), windowsHide: true })
    const output = { stdout: '', stderr: '' }
    const end = (error: Error) => {
      child.kill('SIGKILL')
      reject(error)
    }
    const timer = setTimeout(() => end(new Error(`\`iap ${args[0]}\` took more than ten minutes`)), TIMEOUT)
    const cancelled = token.onCancellationRequested(() => child.kill('SIGKILL'))
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
    // A command may end before it has read its input.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
  })
}
