/**
 * The proxy in a process of its own, with little memory, that reloads when it is told to and says what its heap held after each
 * collection that came by itself. None is forced: V8's compilation cache ages only in natural ones, and forcing shows a leak that there is not.
 */
import { readFileSync } from 'node:fs'
import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics } from 'node:v8'
import { type Log, startProxy } from '../../runtime/index.ts'
import { loadConfig } from '../../runtime/server/config/index.ts'

export type ToChild = { readonly kind: 'reload'; readonly file: string } | { readonly kind: 'close' }
export type FromChild =
  | { readonly kind: 'ready'; readonly port: number }
  | { readonly kind: 'reloaded'; readonly milliseconds: number }
  | { readonly kind: 'closed'; readonly samples: readonly HeapSample[] }

export interface HeapSample {
  /** How many reloads were done. */
  readonly reloads: number
  /** Bytes of all spaces but the young ones, after a major collection. */
  readonly used: number
}

/** `detail.kind` of a major collection (`NODE_PERFORMANCE_GC_MAJOR`). */
const MAJOR = 4
const samples: HeapSample[] = []
let reloads = 0

new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) {
    if ((entry as unknown as { detail: { kind: number } }).detail.kind === MAJOR) samples.push({ reloads, used: oldSpace() })
  }
}).observe({ entryTypes: ['gc'] })

function oldSpace(): number {
  return getHeapSpaceStatistics()
    .filter(({ space_name }) => !/new|read_only/.test(space_name))
    .reduce((total, { space_used_size }) => total + space_used_size, 0)
}

const configFile = process.argv[2] ?? ''
const loaded = loadConfig(readFileSync(configFile, 'utf8'), configFile)
if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors))
const log: Log = { info: () => {}, warn: complain, error: complain }
const proxy = await startProxy(loaded.config, { log })

process.on('message', (message: ToChild) => {
  if (message.kind === 'close') void close()
  else void reload(message.file)
})
say({ kind: 'ready', port: Number(new URL(proxy.addresses[0] ?? '').port) })

async function reload(file: string): Promise<void> {
  const begun = performance.now()
  const { kind } = await proxy.reload(readFileSync(file))
  if (kind === 'activated') reloads++
  say({ kind: 'reloaded', milliseconds: performance.now() - begun })
}

async function close(): Promise<void> {
  await proxy.close()
  say({ kind: 'closed', samples })
  process.disconnect()
}

function complain(message: string, fields?: object): void {
  console.error(message, fields)
}

function say(message: FromChild): void {
  process.send?.(message)
}
