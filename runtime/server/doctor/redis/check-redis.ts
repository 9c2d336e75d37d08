import { type RedisEndpoint, redisHost, redisProblems } from '../../../base/redis/redis-server.ts'
import type { DoctorContext } from '../context.ts'
import type { DoctorCheck, Reporter } from '../diagnosis.ts'
import { checkCluster } from './check-cluster.ts'
import { checkSentinels } from './check-sentinels.ts'
import { checkServer, type ServerUse } from './check-server.ts'

/** A Redis that the configuration names. */
interface Use extends ServerUse {
  readonly url: RedisEndpoint
}

/** Returns a check for each configured Redis. */
export function redisChecks(context: DoctorContext): readonly DoctorCheck[] {
  return usesOf(context.config).map((use) => ({
    name: 'redis',
    place: use.place,
    run: (report) => checkRedis(use, context, report),
  }))
}

function usesOf({ sessions, limiting, bundle, audit, fleet }: DoctorContext['config']): readonly Use[] {
  const all: Use[] = []
  if (sessions.store.kind === 'redis')
    all.push({ place: 'sessions.store', url: sessions.store.url, prefix: 'iap:', isDurable: true })
  if (limiting.store.kind === 'redis')
    all.push({ place: 'limits.store', url: limiting.store.url, prefix: limiting.prefix, isDurable: false })
  if (bundle?.notice) all.push({ place: 'bundle.notice.redis', url: bundle.notice.redis, prefix: null, isDurable: false })
  if (fleet !== null) all.push({ place: 'fleet.redis', url: fleet.redis, prefix: fleet.prefix, isDurable: false })
  for (const [index, sink] of audit.entries())
    if (sink.kind === 'redis') all.push({ place: `audit[${index}].redis`, url: sink.url, prefix: null, isDurable: false })
  return all
}

async function checkRedis({ url, ...use }: Use, { signal }: DoctorContext, report: Reporter): Promise<void> {
  if (typeof url === 'string') return await checkServer({ ...use, url, access: null, address: use.place }, signal, report)
  const [unread] = redisProblems(url)
  if (unread !== undefined) {
    const advice = `correct \`redis.${unread.path.join('.')}\``
    return report('problem', `the Redis at \`${redisHost(url)}\` cannot be used: ${unread.problem.message}`, { advice })
  }
  const { sentinel, cluster } = url
  if (cluster !== null)
    return await checkCluster(cluster, { ...use, access: url, address: 'redis.cluster.nodes' }, signal, report)
  if (sentinel === null)
    return await checkServer({ ...use, url: url.url ?? '', access: url, address: 'redis.url' }, signal, report)
  const primary = await checkSentinels(sentinel, url.tls !== null, signal, report)
  if (primary === null) return
  await checkServer({ ...use, url: primary, access: url, address: 'redis.sentinel.nodes', mustBePrimary: true }, signal, report)
}
