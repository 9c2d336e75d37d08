import { askPrimary } from '../../../base/redis/primary-watch.ts'
import { hostOf, type RedisSentinel } from '../../../base/redis/redis-server.ts'
import type { Reporter } from '../diagnosis.ts'
import { openOnce, RedisProblem } from './open-once.ts'

/** Asks each sentinel for the primary. Returns its URL, or `null` if no majority of the sentinels names the same one. */
export async function checkSentinels(
  sentinel: RedisSentinel,
  isTls: boolean,
  signal: AbortSignal,
  report: Reporter,
): Promise<string | null> {
  const { nodes, primary } = sentinel
  const server = { access: sentinel, address: 'redis.sentinel.nodes', section: 'redis.sentinel' }
  const named = await Promise.all(
    nodes.map((url) =>
      openOnce({ ...server, url }, signal, (link) => link.send((client) => askPrimary(client, primary, isTls))).catch(
        (error: unknown) => {
          if (error instanceof RedisProblem) return error
          throw error
        },
      ),
    ),
  )
  const votes = new Map<string, number>()
  for (const [index, answer] of named.entries()) {
    const host = hostOf(nodes[index] as string)
    if (answer instanceof RedisProblem)
      report('problem', answer.message.replace('the Redis at', 'the sentinel at'), { advice: answer.advice })
    else if (answer === null)
      report('problem', `the sentinel at \`${host}\` does not know the primary \`${primary}\``, {
        advice: 'correct `redis.sentinel.primary`: it is NAME in `sentinel monitor NAME …` of the sentinels',
      })
    else votes.set(answer, (votes.get(answer) ?? 0) + 1)
  }
  const least = Math.floor(nodes.length / 2) + 1
  const [found] = [...votes].sort(([, a], [, b]) => b - a)
  if (found === undefined || found[1] < least) {
    const each = [...votes].map(([url, count]) => `${count} × \`${hostOf(url)}\``).join(', ')
    report('problem', `fewer than ${least} of ${nodes.length} sentinels name the same primary: ${each || 'none names one'}`, {
      advice:
        'list all sentinels in `redis.sentinel.nodes`, start those that do not answer, and wait while a failover is under way',
    })
    return null
  }
  const [url, count] = found
  report('ok', `${count} of ${nodes.length} sentinels name the primary \`${hostOf(url)}\``)
  return url
}
