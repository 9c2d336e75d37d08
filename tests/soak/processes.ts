import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** Linux. */
export const canWatch = existsSync('/proc/self/statm')

/** Bytes; 0 of one that has ended. */
export function residentMemory(pid: number): number {
  try {
    const [, pages] = readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')
    return Number(pages) * 4096
  } catch {
    return 0
  }
}

export function descriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** What a process held when it was asked, with nothing under way. */
export interface Held {
  readonly pid: number
  readonly timers: number
  readonly functions: number
  readonly emitters: number
  readonly heap: number
}

/** For `NODE_OPTIONS`: at SIGUSR2 a process appends what it holds, after a collection, as a line to a file. */
export function holdingPreload(file: string): string {
  const script = `
import { appendFileSync } from 'node:fs'
import { EventEmitter } from 'node:events'
import { queryObjects } from 'node:v8'
const timer = setTimeout(() => {}, 0)
const Timeout = timer.constructor
clearTimeout(timer)
const count = (constructor) => queryObjects(constructor, { format: 'count' })
process.on('SIGUSR2', () => {
  const held = { pid: process.pid, timers: count(Timeout), functions: count(Function), emitters: count(EventEmitter), heap: process.memoryUsage().heapUsed }
  appendFileSync(${JSON.stringify(file)}, JSON.stringify(held) + '\\n')
})`
  return `--import=data:text/javascript,${encodeURIComponent(script)}`
}
