import { randomUUID } from 'node:crypto'
import { readSlots, type SlotMap } from '../../../base/redis/cluster-nodes.ts'
import { hostOf, type RedisAccess, type RedisCluster } from '../../../base/redis/redis-server.ts'
import { hashSlot, SLOTS } from '../../../base/redis/topology.ts'
import { quotedList } from '../advice.ts'
import type { Reporter } from '../diagnosis.ts'
import { checkServer, type ServerUse } from './check-server.ts'
import { openOnce, RedisProblem } from './open-once.ts'

interface ClusterUse extends ServerUse {
  readonly access: RedisAccess
  readonly address: string
}

/** Checks a Redis Cluster: its configured nodes, whether all slots are served by usable nodes, and each node with slots. */
export async function checkCluster(cluster: RedisCluster, use: ClusterUse, signal: AbortSignal, report: Reporter): Promise<void> {
  const asked = await Promise.all(
    cluster.nodes.map((url) =>
      openOnce({ ...use, url }, signal, async (link) => await readSlots(cluster, link)).catch((error: unknown) => {
        if (!(error instanceof RedisProblem)) throw error
        report('problem', error.message, { advice: error.advice })
        return null
      }),
    ),
  )
  const map = asked.find((one) => one !== null)
  if (map === undefined) return
  checkSlots(map, report)
  // Each node has its own users and its own configuration.
  await Promise.all(
    [...map.nodes].map((url) => checkServer({ ...use, url, key: keyAt(map, url, use.prefix ?? '') }, signal, report)),
  )
}

function checkSlots({ slots, refused }: SlotMap, report: Reporter): void {
  if (refused.size > 0)
    report('problem', `the cluster has nodes that the configuration does not list: ${quotedList([...refused].map(hostOf))}`, {
      advice: 'add them to `redis.cluster.nodes`, or their network to `redis.cluster.networks`',
    })
  const missing = slots.filter((url) => url === null).length
  if (missing > 0)
    report('problem', `${missing} of ${SLOTS} slots of the cluster have no usable node: requests that need their keys fail`, {
      advice: 'start the nodes that serve them, or assign the slots (`redis-cli --cluster fix`)',
    })
  else report('ok', `all ${SLOTS} slots of the cluster have a node`)
}

/** Returns a key that a node has. */
function keyAt({ slots }: SlotMap, url: string, prefix: string): string {
  const id = randomUUID()
  for (let tries = 0; tries < 10 * SLOTS; tries++) {
    const key = `${prefix}doctor:${id}:${tries}`
    if (slots[hashSlot(key)] === url) return key
  }
  return `${prefix}doctor:${id}`
}
