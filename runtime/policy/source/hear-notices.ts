import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis-connection.ts'
import type { RedisEndpoint } from '../../base/redis-server.ts'

export interface NoticeOptions {
  readonly redis: RedisEndpoint
  readonly channel: string
}

/**
 * Subscribes to a Redis channel and calls `onNotice` for each message. Also calls it after each connection is established,
 * because messages may have been lost before.
 */
export function hearNotices({ redis, channel }: NoticeOptions, log: Log, onNotice: () => void): { close(): void } {
  const connection = new RedisConnection(redis, 'notices of bundles', log)
  const { client } = connection
  // Survives reconnections.
  let isSubscribed = false
  client.on('ready', () => {
    const subscribed = isSubscribed ? Promise.resolve() : client.subscribe(channel, () => onNotice())
    subscribed.then(
      () => {
        isSubscribed = true
        connection.works()
        // After subscribing, so that nothing is missed in between.
        onNotice()
      },
      (error: Error) => connection.fails(error),
    )
  })
  connection.connect(client)
  return { close: () => client.destroy() }
}
