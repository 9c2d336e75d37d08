import { execFileSync, spawn } from 'node:child_process'
import { copyFileSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { medianOf } from '../median.ts'

/** The most that an idle proxy of two workers may take: MiB of proportional set size, and milliseconds from start to ready on two cores. */
export const BARS = { total: 165, supervisor: 60, ready: 1000 }

export interface IdleFigures {
  readonly program: string
  readonly total: number
  readonly supervisor: number
  readonly workers: readonly number[]
  readonly ready: number
}

/** Milliseconds from ready to the measurement. */
const SETTLED = 10_000

/** What `examples/shop` takes with two workers that have nothing to do, started from each of the two programs. */
export async function benchIdle(
  root: string,
  rounds: number,
): Promise<{ readonly figures: readonly IdleFigures[]; readonly table: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-idle-'))
  try {
    const admin = await freePort()
    prepare(root, folder, await freePort(), admin)
    const programs = { 'proxy.js': ['proxy.js', '--config'], 'iap run': ['iap.js', 'run', '--config'] }
    const figures: IdleFigures[] = []
    for (const [program, [file = '', ...words]] of Object.entries(programs)) {
      const found: IdleFigures[] = []
      for (let round = 0; round < rounds; round++)
        found.push(await measure(program, folder, [join(root, 'dist', file), ...words, 'iap.yaml'], admin))
      const of = (read: (one: IdleFigures) => number) => medianOf(found.map(read))
      const workers = [0, 1].map((at) => of((one) => one.workers[at] ?? 0))
      figures.push({
        program,
        total: of((one) => one.total),
        supervisor: of((one) => one.supervisor),
        workers,
        ready: of((one) => one.ready),
      })
    }
    return { figures, table: figures.map(line).join('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function line({ program, total, supervisor, workers, ready }: IdleFigures): string {
  const mib = (value: number) => `${value.toFixed(1)} MiB`
  return `${program}: ${mib(total)} (at most ${BARS.total}), supervisor ${mib(supervisor)} (at most ${BARS.supervisor}), workers ${workers.map(mib).join(' and ')}, ready after ${ready.toFixed(0)} ms (at most ${BARS.ready})`
}

function prepare(root: string, folder: string, port: number, admin: number): void {
  cpSync(join(root, 'examples/shop'), folder, { recursive: true })
  const iap = (...words: string[]) =>
    execFileSync(process.execPath, [join(root, 'dist/iap.js'), ...words], { cwd: folder, stdio: 'ignore' })
  iap('keygen', '-o', 'release.private.jwk.json', '--public', 'release.public.jwk.json')
  iap('build', 'policies', '-o', 'shop.iapb', '--sign', 'release.private.jwk.json', '--sequence', '1')
  const file = join(folder, 'iap.yaml')
  const text = readFileSync(file, 'utf8')
    .replace('127.0.0.1:8080', `127.0.0.1:${port}`)
    .replace('127.0.0.1:9901', `127.0.0.1:${admin}`)
  writeFileSync(file, `${text}\nworkers: 2\n`)
  // The pages of a program are shared by all that run it, and each of them counts its share: another copy, so that nobody else has one.
  copyFileSync(process.execPath, join(folder, 'node'))
}

async function measure(program: string, folder: string, words: readonly string[], admin: number): Promise<IdleFigures> {
  const begun = performance.now()
  const child = spawn(join(folder, 'node'), words, {
    cwd: folder,
    stdio: 'ignore',
    env: { ...process.env, IAP_STAFF_SECRET: 'a secret of sixteen characters' },
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  try {
    for (const end = begun + 60_000; !(await isReady(admin)); await sleep(10))
      if (performance.now() > end || child.exitCode !== null) throw new Error('the proxy does not become ready')
    const ready = performance.now() - begun
    await sleep(SETTLED)
    const [supervisor = 0, ...workers] = processesOf(child.pid as number).map(proportionalSize)
    return { program, ready, supervisor, workers, total: workers.reduce((sum, one) => sum + one, supervisor) }
  } finally {
    child.kill('SIGKILL')
    await ended
  }
}

async function isReady(port: number): Promise<boolean> {
  return await fetch(`http://127.0.0.1:${port}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

/** A process and all that it has started, the first one first. */
function processesOf(pid: number): readonly number[] {
  const tasks = readdirSync(`/proc/${pid}/task`)
  const children = tasks.flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean))
  return [pid, ...children.flatMap((child) => processesOf(Number(child)))]
}

/** In MiB. */
function proportionalSize(pid: number): number {
  const found = /^Pss:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))
  return Number(found?.[1]) / 1024
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise((resolve) => server.close(resolve))
  return port
}
