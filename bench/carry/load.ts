import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Contestant, Started } from './contestant.ts'
import { HOST } from './stage.ts'

export interface Load {
  /** Asked for in turn. */
  readonly paths: readonly string[]
  readonly requests: number
  readonly connections: number
  /** Requests at a time on a connection; of HTTP/2 alone. */
  readonly streams: number
  readonly token: string
  /** Requests a second of all connections together, begun whether those before were answered or not; left out: as fast as it goes. */
  readonly rate?: number
  /** Where `h2load` is to write when each request began and how long it took. */
  readonly log?: string
}

export interface Loaded {
  /** Seconds by the clock. */
  readonly wall: number
  readonly rate: number
}

/** Rejects unless every request was answered with 200, and all bytes of the answers came. */
export async function load(contestant: Contestant, { port }: Started, load: Load): Promise<Loaded> {
  const { paths, requests, connections, streams, token, rate, log } = load
  const words = ['-n', String(requests), '-c', String(connections), '-t', '1', '-H', `authorization: Bearer ${token}`]
  words.push(...(contestant.http2 ? ['-m', String(streams)] : ['--h1']))
  if (rate !== undefined) words.push('--rps', (rate / connections).toFixed(3))
  if (log !== undefined) words.push('--log-file', log)
  const uris = paths.map((path) => `http://${HOST}${path}`)
  const text = await outputOf('h2load', [...words, `--connect-to=127.0.0.1:${port}`, ...uris])
  const [, wall, measured] = /finished in ([\d.]+m?s), ([\d.]+) req\/s/.exec(text) ?? []
  const good = Number(/status codes: (\d+) 2xx/.exec(text)?.[1])
  if (good !== requests) throw new Error(`${contestant.name} answered ${good} of ${requests} requests with 200:\n${text}`)
  return { wall: secondsOf(wall as string), rate: Number(measured) }
}

function secondsOf(text: string): number {
  return text.endsWith('ms') ? Number.parseFloat(text) / 1000 : Number.parseFloat(text)
}

/** Returns what a command writes. @throws Error if it fails */
export function outputOf(command: string, words: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk))
    child.on('error', reject)
    child.on('close', (code) => (code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}: ${text}`))))
  })
}

/** Milliseconds, of a log of `h2load`: when a request began, its status, microseconds to its end. The first tenth is a warm-up. */
export function percentileOf(log: string, share: number): number {
  const lines = readFileSync(log, 'utf8').trim().split('\n')
  const times = lines.slice(Math.floor(lines.length / 10)).map((line) => Number(line.split('\t')[2]))
  times.sort((a, b) => a - b)
  return (times[Math.min(times.length - 1, Math.floor(times.length * share))] as number) / 1000
}
