import { createClient } from '@redis/client'
import type { TestRedis } from '../support/redis.ts'
import type { DoctorCase } from './doctor-case.ts'

/** A change of a Redis by its own commands, and the line of `iap doctor` about it. */
export interface RedisCase extends Pick<DoctorCase, 'name' | 'result' | 'message' | 'advice'> {
  readonly commands: readonly (readonly string[])[]
  /** User and password in the configuration. */
  readonly credentials?: string
}

/** In this order, as each changes the same Redis: a case undoes nothing. */
export const redisCases: readonly RedisCase[] = [
  {
    name: 'a Redis that evicts keys',
    ...{ result: 'warning', message: /`maxmemory-policy allkeys-lru`/, advice: /set `maxmemory-policy noeviction`/ },
    commands: [
      ['CONFIG', 'SET', 'maxmemory', '100mb'],
      ['CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru'],
    ],
  },
  {
    name: 'a user without permissions',
    ...{
      result: 'problem',
      message: /NOPERM|no permissions/,
      advice: /the commands and keys that `docs\/reference\/sessions.md` lists/,
    },
    commands: [
      ['CONFIG', 'SET', 'maxmemory', '0'],
      ['ACL', 'SETUSER', 'other', 'on', '>secret', '~other:*', '+ping', '+info', '+hello', '+client', '+eval', '+set', '+del'],
    ],
    credentials: 'other:secret',
  },
  {
    name: 'a wrong password',
    ...{ result: 'problem', message: /WRONGPASS/, advice: /correct the user and the password/ },
    commands: [],
    credentials: 'other:wrong',
  },
  {
    name: 'a replica',
    ...{ result: 'problem', message: /READONLY|read only replica/i, advice: /name the primary/ },
    commands: [['REPLICAOF', '127.0.0.1', '1']],
  },
  {
    name: 'a password that is not configured',
    ...{ result: 'problem', message: /NOAUTH/, advice: /add the password to `sessions.store`/ },
    commands: [
      ['REPLICAOF', 'NO', 'ONE'],
      ['CONFIG', 'SET', 'requirepass', 'secret'],
    ],
  },
]

export async function send({ url }: TestRedis, commands: RedisCase['commands']): Promise<void> {
  const client = createClient({ url })
  client.on('error', () => {})
  await client.connect()
  for (const command of commands) await client.sendCommand([...command])
  client.destroy()
}
