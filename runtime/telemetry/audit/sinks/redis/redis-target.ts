import type { Log } from '../../../../base/log.ts'
import { RedisConnection } from '../../../../base/redis/redis-connection.ts'
import { redisHost } from '../../../../base/redis/redis-server.ts'
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
  const connection = new RedisConnection(url, 'audit records', log)
  // Avoids a logged failure for a record that comes at once.
  await connection.ready(stream, PATIENCE.first)
  return {
    name: `the stream \`${stream}\` of ${redisHost(url)}`,
    async write(bytes) {
      if (!connection.isReady)
        throw new WriteError(
          'the proxy is not connected to the Redis of audit records: check the address, the password and the Redis',
          0,
        )
      const lines = linesIn(bytes)
      const add = (record: string) =>
        connection.ask(stream, (client) => client.xAdd(stream, '*', { record }, trim), PATIENCE.batch)
      // Pipelined; answers are in order.
      const answers = await Promise.allSettled(lines.map(add))
      const at = answers.findIndex(({ status }) => status === 'rejected')
      if (at === -1) return connection.works()
      throw new WriteError((answers[at] as PromiseRejectedResult).reason.message, lengthOf(lines, at))
    },
    reopen: async () => {},
    async close() {
      connection.close()
    },
  }
}
