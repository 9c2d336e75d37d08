import { spawn } from 'node:child_process'
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { emptyFolder, program } from '../cli/iap.ts'

export interface StepResult {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

/** The environment of a runner: nothing of this process but `PATH`, on which `iap` is. */
export function runnerEnvironment(): Readonly<Record<string, string>> {
  const bin = emptyFolder()
  writeFileSync(join(bin, 'iap'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
  chmodSync(join(bin, 'iap'), 0o755)
  return { PATH: `${bin}:${process.env.PATH}`, HOME: bin }
}

/** Runs a script of `sh` to its end. */
export function runShell(script: string, cwd: string, env: Readonly<Record<string, string>>): Promise<StepResult> {
  return new Promise((resolve, reject) => {
    const child = spawn('sh', ['-e', '-c', script], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let [stdout, stderr] = ['', '']
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
    child.once('error', reject)
    child.once('close', (code) => resolve({ code, stdout, stderr }))
  })
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default?: string }>>
  readonly runs: {
    readonly steps: readonly {
      readonly name: string
      readonly if?: string
      readonly run?: string
      readonly uses?: string
      readonly env?: Readonly<Record<string, string>>
    }[]
  }
}

export function readAction(folder: string): Action {
  return parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as Action
}

/**
 * Runs the scripts of an action as GitHub's runner does: inputs reach them by `env` alone. A step that fails does not end the run,
 * but `publish`, which needs success, is left out then. Returns the results by the names of the scripts.
 */
export async function runAction(
  folder: string,
  cwd: string,
  given: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, StepResult>>> {
  const { inputs, runs } = readAction(folder)
  const wanted = given.steps ?? inputs.steps?.default ?? ''
  const results: Record<string, StepResult> = {}
  for (const step of runs.steps) {
    const name = /\/(\w+)\.sh"$/.exec(step.run ?? '')?.[1]
    if (step.run === undefined || name === undefined || !(name === 'setup' || wanted.includes(name))) continue
    if (step.if?.includes('success()') && Object.values(results).some(({ code }) => code !== 0)) continue
    const values = Object.entries(step.env ?? {}).map(([variable, expression]) => {
      const input = /^\$\{\{ inputs\.([\w-]+) \}\}$/.exec(expression)?.[1] ?? ''
      return [variable, given[input] ?? inputs[input]?.default ?? '']
    })
    results[name] = await runShell(step.run, cwd, { ...env, GITHUB_ACTION_PATH: folder, ...Object.fromEntries(values) })
  }
  return results
}
