import { once } from 'node:events'
import type { Log } from '../../../../base/log.ts'
import { RedisConnection } from '../../../../base/redis-connection.ts'
import { redisHost } from '../../../../base/redis-server.ts'
import { type LineTarget, lengthOf, linesIn, WriteError } from '../line-target.ts'
import type { RedisSinkConfig } from '../sink-config.ts'

/** Milliseconds to wait for the first connection, and for a batch. */
const PATIENCE = { first: 2000, batch: 5000 }

/**
 * Opens a target that writes to a Redis stream, with one entry for each record and the line in its field `record`. It also
 * opens while Redis is unavailable.
 */
export async function openRedisTarget({ url, stream, maxLength }: RedisSinkConfig, log: Log): Promise<LineTarget> {
  const trim = maxLength === null ? {} : { TRIM: { strategy: 'MAXLEN', strategyModifier: '~', threshold: maxLength } as const }
  const name = `the stream \`${stream}\` of ${redisHost(url)}`
  let connection = connect()

  function connect(): RedisConnection {
    const made = new RedisConnection(url, 'audit records', log)
    made.client.on('ready', () => made.works())
    made.connect(made.client)
    return made
  }

  /** Drops unanswered commands instead of keeping them in a silent connection's queue. */
  function connectAnew(): void {
    connection.client.destroy()
    connection = connect()
  }

  // Avoids a logged failure for a record that comes at once.
  await once(connection.client, 'ready', { signal: AbortSignal.timeout(PATIENCE.first) }).catch(() => {})
  return {
    name,
    async write(bytes) {
      const { client } = connection
      if (!client.isReady)
        throw new WriteError(
          'the proxy is not connected to the Redis of audit records: check the address, the password and the Redis',
          0,
        )
      const lines = linesIn(bytes)
      const timer = setTimeout(connectAnew, PATIENCE.batch)
      // Pipelined; answers are in order.
      const answers = await Promise.allSettled(lines.map((record) => client.xAdd(stream, '*', { record }, trim)))
      clearTimeout(timer)
      const at = answers.findIndex(({ status }) => status === 'rejected')
      if (at === -1) return
      throw new WriteError((answers[at] as PromiseRejectedResult).reason.message, lengthOf(lines, at))
    },
    reopen: async () => {},
    async close() {
      connection.client.destroy()
    },
  }
}
