import { type ChildProcess, spawn } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { type Inside, startInProcessProgram } from '../cli/in-process-program.ts'
import { HANG } from '../support/hang.ts'
import { freePorts } from '../support/listening-program.ts'

/** Tests and `npm run interop` run at the root of the repository. */
const root = `${process.cwd()}/`

/** Ports that pages name. Each run has others in their place, which nobody uses. */
const PORTS = ['8080', '8081', '8443', '9901', '9000', '3000', '3001'] as const

/** A step of a page: a file that the reader writes, or commands with what they print. */
export type Step =
  | { readonly kind: 'file'; readonly path: string; readonly text: string }
  | { readonly kind: 'command'; readonly command: string; readonly shown: string | null }

/** Commands that go on until the page has another one like them, or ends. */
const LASTING = /^(?:[A-Z_]+=\S+ )*(iap run|node|envoy)(?!.* --check)/

/**
 * Returns the steps of a page, in their order. A block whose info string has a file name is that file. A block `sh` is one
 * command. A block `console` has commands behind `$`, each with its output. Other blocks are for the reader alone.
 */
export function stepsOf(page: string): readonly Step[] {
  const text = readFileSync(`${root}${page}`, 'utf8')
  const blocks = [...text.matchAll(/^```(\w+)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm)]
  return blocks.flatMap(([, language = '', info = '', code = '']): readonly Step[] => {
    if (/^[\w./-]+\.\w+$/.test(info)) return [{ kind: 'file', path: info, text: code }]
    if (language === 'sh' && info === '') return [{ kind: 'command', command: code.trimEnd(), shown: null }]
    if (language !== 'console') return []
    return [...code.matchAll(/^\$ ((?:.*\\\n)*.*)\n((?:(?!\$ ).*\n)*)/gm)].map(([, command = '', shown = '']) => ({
      ...{ kind: 'command', command, shown },
    }))
  })
}

export interface PageRun {
  /** Returns a text of the page with the ports of this run. */
  toReal(text: string): string
  /** Runs a step. @throws Error if a command fails or prints something else than the page shows */
  take(step: Step): Promise<void>
  /** Ends what goes on, and removes the folder. */
  close(): Promise<void>
}

export interface PageRunOptions {
  /** Runs `iap` within this process, but for `iap run`, which is faster than to start it. */
  readonly inside?: Inside
  /** Ports of servers that the test has started, by those that the page names. */
  readonly ports?: Readonly<Record<string, number>>
  /** Milliseconds that a command may take, or until a request has the answer that the page shows. */
  readonly wait?: number
  /** Of each proxy; as many as there are processors where left out, as for a reader. */
  readonly workers?: number
}

/** Starts to follow a page, in an empty folder and with other ports than the page names. */
export async function startPageRun({ inside, ports = {}, wait = HANG, workers }: PageRunOptions = {}): Promise<PageRun> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-page-'))
  const cwd = join(folder, 'project')
  mkdirSync(cwd)
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const pid = join(folder, 'iap.pid')
  const program = `[ "$1" = run ] && echo $$ > '${pid}'\nexec '${process.execPath}' '${root}dist/iap.js' "$@"`
  const programs = {
    iap: program,
    // Pages say `systemctl reload iap`, as the unit of `deploy/systemd` has it.
    systemctl: `kill -HUP "$(cat '${pid}')"`,
  }
  for (const [name, text] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  const answering = inside && (await startInProcessProgram(bin, inside, program))
  const free = await freePorts(PORTS.length)
  const real = new Map([
    ...PORTS.map((port, at) => [port, String(free[at])] as const),
    ...Object.entries(ports).map(([port, at]) => [port, String(at)] as const),
  ])
  const toReal = (text: string) => text.replaceAll(/(?<=[:(]|port_value: )\d{4}\b/g, (port) => real.get(port) ?? port)
  const toShown = (text: string) => [...real].reduce((all, [shown, port]) => all.replaceAll(`:${port}`, `:${shown}`), text)
  const { NO_COLOR: _, FORCE_COLOR: __, ...inherited } = process.env
  const person = { GIT_AUTHOR_NAME: 'Ann', GIT_AUTHOR_EMAIL: 'ann@example.com' }
  const committer = { GIT_COMMITTER_NAME: 'Ann', GIT_COMMITTER_EMAIL: 'ann@example.com' }
  const env = { ...inherited, ...person, ...committer, PATH: `${bin}:${process.env.PATH}` }
  const lasting = new Map<string, Lasting>()

  /** Changes the configuration that `iap init` wrote, and names the port of the issuer of `--dev`. */
  function useFreePorts(): void {
    const file = join(cwd, 'iap.yaml')
    const text = readFileSync(file, 'utf8').replace(/^ {2}echo: true/m, '  issuer: 127.0.0.1:9000\n  echo: true')
    writeFileSync(file, toReal(text) + (workers === undefined ? '' : `workers: ${workers}\n`))
  }

  async function run(command: string): Promise<{ readonly code: number | null; readonly output: string }> {
    if (inside !== undefined && /^iap [\w ./:=-]+$/.test(command)) {
      const { code, stdout, stderr } = await inside(command.split(' ').slice(1), { cwd })
      return { code, output: stdout + stderr }
    }
    // A group of its own, so that all of its processes end with it.
    const child = spawn('bash', ['-euo', 'pipefail', '-c', command], {
      ...{ cwd, env, detached: true, stdio: ['ignore', 'pipe', 'pipe'] },
    })
    const output = collect(child)
    const timer = setTimeout(() => child.pid !== undefined && process.kill(-child.pid, 'SIGKILL'), wait)
    const code = await new Promise<number | null>((resolve, reject) => child.once('close', resolve).once('error', reject))
    clearTimeout(timer)
    return { code, output: output() }
  }

  async function start(command: string, shown: string | null): Promise<void> {
    const name = LASTING.exec(command)?.[1] ?? ''
    await lasting.get(name)?.end()
    if (name === 'iap run') useFreePorts()
    const child = spawn('bash', ['-c', `exec ${command.replace(/^((?:[A-Z_]+=\S+ )*)/, 'env $1')}`], {
      ...{ cwd, env, stdio: ['ignore', 'pipe', 'pipe'] },
    })
    const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    const output = collect(child)
    lasting.set(name, {
      async end() {
        child.kill('SIGTERM')
        const timer = setTimeout(() => child.kill('SIGKILL'), wait)
        await exited
        clearTimeout(timer)
      },
    })
    const expected = shown === null ? /listening on/ : patternOf(shown, '')
    await until(
      () => {
        if (expected.test(toShown(output()))) return true
        if (child.exitCode !== null) throw new Error(`\`${command}\` ended with exit code ${child.exitCode}:\n${output()}`)
        return false
      },
      () => `\`${command}\` shows\n${toShown(output())}\nand not\n${shown}`,
    )
  }

  async function until(look: () => boolean | Promise<boolean>, message: () => string): Promise<void> {
    for (const end = performance.now() + wait; !(await look()); await new Promise((resolve) => setTimeout(resolve, 50)))
      if (performance.now() > end) throw new Error(message())
  }

  return {
    toReal,
    async take(step) {
      if (step.kind === 'file') {
        mkdirSync(dirname(join(cwd, step.path)), { recursive: true })
        writeFileSync(join(cwd, step.path), toReal(step.text))
        return
      }
      const { shown } = step
      const command = toReal(step.command)
      if (LASTING.test(command)) return await start(command, shown)
      // A running proxy takes a change of a file, compares policies, and writes a record, a moment later. So such commands are
      // run again.
      const isRequest = /^(?:curl|iap audit|\S+ \S+ iap rollout status) /.test(command)
      let last = await run(command)
      if (shown === null) {
        if (last.code !== 0) throw new Error(`\`${step.command}\` ended with exit code ${last.code}:\n${last.output}`)
        return
      }
      const expected = patternOf(shown, '^')
      const matches = () =>
        expected.test(
          toShown(last.output)
            .replaceAll('\r', '')
            .replace(/(?<=[^\n])$/, '\n'),
        )
      if (isRequest)
        await until(async () => {
          if (!matches()) last = await run(command)
          return matches()
        }, message)
      else if (!matches()) throw new Error(message())

      function message(): string {
        return `\`${command}\` shows\n${toShown(last.output)}\nand not\n${shown}`
      }
    },
    async close() {
      for (const one of lasting.values()) await one.end()
      answering?.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Lasting {
  end(): Promise<void>
}

/** Returns what a process has printed until now, on both outputs. */
function collect(child: ChildProcess): () => string {
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (part: string) => (text += part))
  return () => text
}

/** A line that is `…` stands for any number of lines, and `…` within a line for any text of it. */
function patternOf(shown: string, start: '^' | ''): RegExp {
  const escaped = shown.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  const pattern = escaped.replaceAll(/^…\n/gm, '(?:.*\\n)*?').replaceAll('…', '.*')
  return new RegExp(start === '^' ? `^${pattern}$` : pattern)
}
