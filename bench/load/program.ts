/** Loads a bundle as the proxy does, once, in a process of its own: `FOLDER`. The last line that it prints is a `Run` as JSON. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { instantiate, type Policy, readBundle, readPublicKeys, warm } from '../../runtime/policy/index.ts'

export interface Run {
  /** Milliseconds of processor time, in all threads: signature, digests and archive; whitelist, code and router; each function called. */
  readonly read: number
  readonly instantiate: number
  readonly warm: number
  readonly wall: number
  /** What is kept, in MB, when all is done and collected. */
  readonly heap: number
  /** The most memory that the process had, in MB. */
  readonly peak: number
  /** Bytes: the archive, and in it what runs. */
  readonly bundle: number
  readonly policy: number
  readonly validators: number
  readonly routes: number
}

const [folder] = process.argv.slice(2) as [string]
const bytes = readFileSync(join(folder, 'bundle.iapb'))
const keys = readPublicKeys(readFileSync(join(folder, 'key.json'), 'utf8'))
if (!keys.ok) throw new Error(keys.message)
const before = heapUsed()
const start = performance.now()
const [read, readTime] = await timed(() => readBundle(bytes, { keys: keys.keys }))
if (!read.ok) throw new Error(read.message)
const [policy, instantiateTime] = await timed(() => instantiate(read.bundle))
const [, warmTime] = await timed(() => warm(policy))
const wall = performance.now() - start
const { length: policyLength } = Buffer.from(read.bundle.policy)
const { length: validatorsLength } = Buffer.from(read.bundle.validators)
console.log(JSON.stringify(runOf(policy)))

function runOf(kept: Policy): Run {
  return {
    read: readTime,
    instantiate: instantiateTime,
    warm: warmTime,
    wall,
    heap: heapUsed() - before,
    peak: process.resourceUsage().maxRSS / 1024,
    bundle: bytes.length,
    policy: policyLength,
    validators: validatorsLength,
    routes: kept.module.routes.length,
  }
}

async function timed<T>(work: () => T | Promise<T>): Promise<readonly [T, number]> {
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return [result, (user + system) / 1000]
}

function heapUsed(): number {
  if (globalThis.gc === undefined) throw new Error('run me with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}
