/** `npm run bench -- capacity`: memory and processor time of sessions, in memory and in a Redis, and of revocations. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { medianOf } from '../median.ts'
import { buildProgram, run } from '../run-program.ts'
import { tableOf } from '../table.ts'
import type { Capacity } from './program.ts'

export interface CapacityFigures extends Capacity {
  readonly of: string
}

/** What is measured, and of how many entries: for each revocation, the disk is waited for. */
const CASES = { memory: 20_000, redis: 20_000, revocations: 2_000 } as const

/** @param share of the entries */
export async function benchCapacity(
  root: string,
  rounds: number,
  share = 1,
): Promise<{ readonly figures: readonly CapacityFigures[]; readonly table: string }> {
  const program = await buildProgram(root, 'bench/capacity/program.ts')
  const cases = Object.entries(CASES).filter(
    ([name]) => name !== 'redis' || spawnSync('redis-server', ['--version']).status === 0,
  )
  const runs = new Map<string, Capacity[]>(cases.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round += 1)
    for (const [name, count] of cases) {
      const redis = name === 'redis' ? await startRedis() : null
      const words = [name, String(Math.ceil(count * share)), ...(redis === null ? [] : [redis.url])]
      runs.get(name)?.push(run<Capacity>(program, words, ['--expose-gc']))
      redis?.process.kill()
    }
  const figures = [...runs].map(([of, all]): CapacityFigures => {
    const median = (read: (one: Capacity) => number) => medianOf(all.map(read))
    return {
      of,
      bytes: median((one) => one.bytes),
      put: median((one) => one.put),
      get: median((one) => one.get),
      puts: median((one) => one.puts),
      gets: median((one) => one.gets),
    }
  })
  const rows = figures.map(({ of, bytes, put, get, puts, gets }) => [
    of,
    (bytes / 1000).toFixed(2),
    put.toFixed(1),
    get.toFixed(1),
    puts.toFixed(0),
    gets.toFixed(0),
  ])
  return { figures, table: tableOf(['', 'MB for 1,000', 'store µs', 'find µs', 'stored /s', 'found /s'], rows) }
}

/** An empty Redis that keeps nothing on disk. */
async function startRedis(): Promise<{ readonly url: string; readonly process: ChildProcess }> {
  const free = createServer().listen(0, '127.0.0.1')
  await once(free, 'listening')
  const { port } = free.address() as { readonly port: number }
  await new Promise((resolve) => free.close(resolve))
  const process = spawn('redis-server', ['--port', String(port), '--bind', '127.0.0.1', '--save', ''])
  await new Promise<void>((resolve, reject) => {
    process.once('exit', () => reject(new Error('redis-server has ended')))
    process.stdout.on('data', (chunk) => {
      if (String(chunk).includes('Ready to accept connections')) resolve()
    })
  })
  return { url: `redis://127.0.0.1:${port}`, process }
}
