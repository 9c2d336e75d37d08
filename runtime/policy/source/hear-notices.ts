import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis-connection.ts'

export interface NoticeOptions {
  /** A URL. */
  readonly redis: string
  readonly channel: string
}

/**
 * Calls whenever something is told on a channel, whatever it is, and when it is heard again after a while in which something may
 * have been.
 */
export function hearNotices({ redis, channel }: NoticeOptions, log: Log, onNotice: () => void): { close(): void } {
  const connection = new RedisConnection(redis, 'notices of bundles', log)
  const { client } = connection
  // Kept over reconnections, once it is there.
  let isSubscribed = false
  client.on('ready', () => {
    const subscribed = isSubscribed ? Promise.resolve() : client.subscribe(channel, () => onNotice())
    subscribed.then(
      () => {
        isSubscribed = true
        connection.works()
        // Not before: what is told in between would be missed.
        onNotice()
      },
      (error: Error) => connection.fails(error),
    )
  })
  connection.connect(client)
  return { close: () => client.destroy() }
}
