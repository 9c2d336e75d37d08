/**
 * What sessions or revocations take, in a process of its own: `program.mjs memory|redis|revocations COUNT [REDIS-URL]`. Needs Node's `--expose-gc`.
 * Prints `Capacity` as JSON.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createClient } from '@redis/client'
import { OwnRevocations } from '../../runtime/identity/revocation/own-revocations.ts'
import { newRevocation, type Revocation } from '../../runtime/identity/revocation/revocation.ts'
import { Revocations } from '../../runtime/identity/revocation/revocations.ts'
import { KeyRing, MemoryStore, type SessionStore, StoreUnavailable } from '../../runtime/identity/sessions/index.ts'
import { RedisStore } from '../../runtime/identity/sessions/redis-store.ts'
import { KeptSessions } from '../../runtime/identity/sign-in/kept-sessions.ts'

export interface Capacity {
  /** Bytes of memory of one entry: of this process, or of Redis. */
  readonly bytes: number
  /** Microseconds of processor time of this process to store an entry, and to find one. */
  readonly put: number
  readonly get: number
  /** Entries that are stored, and found, in a second by the clock. */
  readonly puts: number
  readonly gets: number
}

const [kind = '', many = '', url = ''] = process.argv.slice(2)
const count = Number(many)
/** Operations under way at a time. */
const ABREAST = 64
const HOUR = 3_600_000
/** Revocations that a process keeps for each that is written to disk, as memory is measured of many. */
const KEPT = 25

const capacity = kind === 'revocations' ? await ofRevocations() : await ofSessions()
console.log(JSON.stringify(capacity))

async function ofSessions(): Promise<Capacity> {
  const log = { info() {}, warn() {}, error() {} } as never
  const store: SessionStore = kind === 'redis' ? new RedisStore({ url, log }) : new MemoryStore()
  const client = kind === 'redis' ? await createClient({ url }).connect() : null
  const used = async () => (client === null ? heap() : Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]))
  const provider = { issuer: 'https://id.example', clientId: 'shop' }
  const sessions = new KeptSessions({
    ...{ store, ring: new KeyRing(['of 32 characters, for a benchmark']), idle: HOUR, lifetime: 12 * HOUR, perSubject: 20 },
    ...{ clock: Date.now, log, configOf: () => provider as never },
  })
  const keys = Array.from({ length: count }, (_, at) => sessions.keyOf(`handle-${at}`, 'shop.example'))
  if (client !== null) await connected(() => sessions.put(sessions.keyOf('first', 'shop.example'), sessionOf(count)))
  const before = await used()
  const put = await measured(async (at) => sessions.put(keys[at] as string, sessionOf(at)))
  const bytes = ((await used()) - before) / count
  const get = await measured(async (at) => {
    if ((await sessions.load(keys[at] as string, 'shop.example')) === null) throw new Error('a session is gone')
  })
  await store.close()
  await client?.close()
  return { bytes, put: put.cpu, get: get.cpu, puts: put.rate, gets: get.rate }

  function sessionOf(at: number) {
    const claims = { sub: `user-${at}`, email: `user-${at}@corp.example`, groups: ['staff', 'orders', 'support'], acr: 'mfa' }
    // An ID token, an access token and a refresh token of usual lengths.
    const grant = {
      ...{ subject: claims.sub, signed: claims, told: { name: `User ${at}` }, sid: `sid-${at}` },
      ...{ refreshToken: 'r'.repeat(64), accessToken: null, signOut: 'i'.repeat(900), ends: null, expires: HOUR / 1000 },
    }
    return sessions.make('staff', 'shop.example', provider as never, grant as never)
  }
}

async function ofRevocations(): Promise<Capacity> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  try {
    const keeper = await OwnRevocations.open(folder)
    // One at a time, each of which is on disk before the next.
    const one = await measured(async (at) => keeper.add([revocationOf(`user-${at}`)], null, 'operator'), 1)
    await keeper.close()
    const copy = new Revocations()
    const before = heap()
    copy.reset({ list: Array.from({ length: KEPT * count }, (_, at) => revocationOf(`user-${at}`)), hears: true })
    const bytes = (heap() - before) / (KEPT * count)
    const caller = { identity: 'staff', credentialId: 'c', method: 'jwt', issued: 0, claims: { sid: 's' } }
    const now = Date.now()
    const get = await measured(async (at) => {
      if (!copy.revokes({ ...caller, subject: `user-${at}` }, now)) throw new Error('a revocation is gone')
    })
    return { bytes, put: one.cpu, get: get.cpu, puts: one.rate, gets: get.rate }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function revocationOf(subject: string): Revocation {
  const now = Date.now()
  const what = { kind: 'subject', identity: 'staff', subject } as const
  return newRevocation({ what, before: now, until: now + HOUR, reason: null, by: 'bench', made: now })
}

/** Repeats work until the store has connected, for ten seconds at most. */
async function connected(work: () => Promise<void>): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      if (tries === 100 || !(error instanceof StoreUnavailable)) throw error
      await sleep(100)
    }
  }
}

/** Microseconds of processor time for an operation, and operations a second. */
async function measured(work: (at: number) => Promise<unknown>, abreast = ABREAST): Promise<{ cpu: number; rate: number }> {
  const [cpu, clock] = [process.cpuUsage(), performance.now()]
  let next = 0
  const worker = async () => {
    for (let at = next++; at < count; at = next++) await work(at)
  }
  await Promise.all(Array.from({ length: abreast }, worker))
  const { user, system } = process.cpuUsage(cpu)
  return { cpu: (user + system) / count, rate: (count * 1000) / (performance.now() - clock) }
}

/** Bytes that the process keeps. */
function heap(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
