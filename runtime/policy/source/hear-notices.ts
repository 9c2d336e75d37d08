import type { Log } from '../../base/log.ts'
import { RedisConnection } from '../../base/redis/redis-connection.ts'
import type { RedisLink } from '../../base/redis/redis-link.ts'
import type { RedisEndpoint } from '../../base/redis/redis-server.ts'

export interface NoticeOptions {
  readonly redis: RedisEndpoint
  readonly channel: string
}

/** Milliseconds between two pings of the subscription. */
const PULSE = 5000

/**
 * Subscribes to a Redis channel and calls `onNotice` for each message. Also calls it after each connection is established,
 * because messages may have been lost before.
 */
export function hearNotices({ redis, channel }: NoticeOptions, log: Log, onNotice: () => void): { close(): void } {
  const connection = new RedisConnection(redis, 'notices of bundles', log)
  let subscribed: RedisLink | null = null
  const subscription = connection.subscribe(channel, channel, {
    message: onNotice,
    ready(link) {
      subscribed = link
      onNotice()
    },
    lost() {
      subscribed = null
    },
  })
  // A connection may fail silently. A ping that is not answered ends it.
  const pulse = setInterval(() => void subscribed?.send((client) => client.ping()).catch(() => {}), PULSE).unref()
  return {
    close() {
      clearInterval(pulse)
      subscription.close()
      connection.close()
    },
  }
}
