import { parseAddress, parseAddressRange } from '../../../request/index.ts'
import { PATIENCE, type RedisClient, type RedisLink } from './redis-link.ts'
import { hostOf, type RedisCluster } from './redis-server.ts'
import { hashSlot, hostnameOf, isServerAddress, SLOTS, type Topology, type TopologyEvents, urlOf } from './topology.ts'

/** Milliseconds between two polls of the nodes: while a node is unavailable or a command was redirected, and else. */
const POLL = { stale: 250, every: 5000 }

/** Number of nodes to connect to, at most. Redis recommends at most 1000 in a cluster. */
const MOST_NODES = 1000

/**
 * The nodes of a Redis Cluster, and which of them has which slot. Only nodes that the configuration lists, or whose address is in
 * a configured network, are used: each node gets the password, and any node can name others.
 */
export class ClusterNodes implements Topology {
  readonly #cluster: RedisCluster
  readonly #seeds: readonly string[]
  readonly #links: () => Iterable<RedisLink>
  readonly #events: TopologyEvents
  readonly #timer: NodeJS.Timeout
  #slots: readonly (string | null)[] = []
  #nodes: ReadonlySet<string> = new Set()
  /** The last node that a response redirected to and that was in no answer. */
  #importing: string | null = null
  #reading: Promise<void> | null = null
  #isStale = true
  #read = Number.NEGATIVE_INFINITY

  constructor(cluster: RedisCluster, links: () => Iterable<RedisLink>, events: TopologyEvents) {
    this.#cluster = cluster
    this.#seeds = seedsOf(cluster)
    this.#links = links
    this.#events = events
    this.#timer = setInterval(() => {
      if (this.#isStale || performance.now() - this.#read > POLL.every) void this.read()
    }, POLL.stale).unref()
  }

  urls(): readonly string[] {
    const importing = this.#importing === null ? [] : [this.#importing]
    return [...new Set([...this.#seeds, ...this.#nodes, ...importing])]
  }

  urlFor(key: string): string {
    const slot = hashSlot(key)
    const url = this.#slots[slot]
    if (url) return url
    throw new Error(
      this.#slots.length === 0 ? 'no node of the cluster has answered yet' : `no usable node serves the slot ${slot}`,
    )
  }

  /** Reads the slots again soon, because a node is unavailable or the slots have moved. */
  invalidate(): void {
    this.#isStale = true
  }

  /**
   * Returns the URL of the node to which a response redirects: `MOVED SLOT HOST:PORT` or `ASK SLOT HOST:PORT`.
   *
   * @param from URL of the node that redirects
   * @throws Error if the configuration does not permit the node
   */
  redirect(address: string, from: string): string {
    const [, host = '', port = ''] = /^(.*):(\d{1,5})$/.exec(address) ?? []
    const url = nodeUrl(this.#cluster, host === '' ? hostnameOf(from) : host, Number(port))
    if (url === null)
      throw new Error(`the node ${hostOf(from)} redirects to \`${address.slice(0, 300)}\`, which is not an address`)
    if (!isPermitted(this.#cluster, url)) throw new Error(notPermitted([url]))
    // It may serve no slot yet, and so be in no answer.
    if (!this.#seeds.includes(url) && !this.#nodes.has(url)) {
      this.#importing = url
      this.#events.changed()
    }
    return url
  }

  /** Records that a slot has moved. */
  moved(slot: number, url: string): void {
    this.#isStale = true
    if (this.#slots[slot] === undefined || this.#slots[slot] === url) return
    this.#slots = this.#slots.with(slot, url)
    this.#nodes = new Set([...this.#nodes, url])
    this.#events.changed()
  }

  close(): void {
    clearInterval(this.#timer)
  }

  /** Reads the slots from the first node that answers, one read at a time, and reports what is wrong. Never rejects. */
  read(): Promise<void> {
    this.#reading ??= this.#readNow().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  async #readNow(): Promise<void> {
    const problems: string[] = []
    for (const link of this.#links()) {
      if (link.client === null) continue
      try {
        const map = await readSlots(this.#cluster, link)
        if (map.refused.size > 0) problems.push(notPermitted([...map.refused]))
        this.#use(map)
        break
      } catch (error) {
        problems.push(`the node ${hostOf(link.url)} gives no slots: ${(error as Error).message}`)
      }
    }
    // One problem: several in turns would each be logged again with every poll.
    if (problems.length > 0) this.#events.failed(new Error(problems.join('; ')))
  }

  #use({ slots, nodes }: SlotMap): void {
    this.#read = performance.now()
    this.#isStale = slots.includes(null)
    const isSame = slots.every((url, slot) => url === this.#slots[slot])
    this.#slots = slots
    this.#nodes = nodes
    if (!isSame) this.#events.changed()
  }
}

/** Which node has which slot, as one node of a cluster knows it. */
export interface SlotMap {
  /** URL of the primary by slot; `null` for a slot that no permitted node serves. */
  readonly slots: readonly (string | null)[]
  /** URLs of permitted nodes with slots. */
  readonly nodes: ReadonlySet<string>
  /** URLs of nodes that the configuration does not permit. */
  readonly refused: ReadonlySet<string>
}

/**
 * Asks a node of a cluster which node has which slot.
 *
 * @throws Error if the node does not answer in time, or with something else
 */
export async function readSlots(cluster: RedisCluster, link: RedisLink): Promise<SlotMap> {
  const ranges = await link.send(askSlots, PATIENCE / 2)
  const slots: (string | null)[] = Array(SLOTS).fill(null)
  const nodes = new Set<string>()
  const refused = new Set<string>()
  for (const { first, last, host, port } of ranges) {
    const url = nodeUrl(cluster, host === '' ? hostnameOf(link.url) : host, port)
    if (url === null || nodes.size + refused.size >= MOST_NODES) continue
    if (isPermitted(cluster, url)) {
      slots.fill(url, first, last + 1)
      nodes.add(url)
    } else refused.add(url)
  }
  return { slots, nodes, refused }
}

/** A range of slots and the address of the primary that serves them. An empty host stands for the node that was asked. */
interface SlotRange {
  readonly first: number
  readonly last: number
  readonly host: string
  readonly port: number
}

/**
 * Returns the ranges of slots that a node of a cluster knows.
 *
 * @throws Error if the node does not answer with ranges
 */
async function askSlots(client: RedisClient): Promise<readonly SlotRange[]> {
  const answer: unknown = await client.sendCommand(['CLUSTER', 'SLOTS'])
  if (!Array.isArray(answer) || answer.length > SLOTS) throw new Error('the answer is not a list of slots')
  return answer.map((range: unknown) => {
    const [first, last, primary] = Array.isArray(range) ? range : []
    const [host, port] = Array.isArray(primary) ? primary : []
    if (!isSlot(first) || !isSlot(last) || first > last) throw new Error('the answer is not a list of slots')
    return { first, last, host: typeof host === 'string' ? host : '', port: Number(port) }
  })
}

const isSlot = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0 && (value as number) < SLOTS

const isTls = ({ nodes }: RedisCluster) => nodes[0]?.startsWith('rediss:') ?? false

function seedsOf(cluster: RedisCluster): readonly string[] {
  return cluster.nodes.map((url) => urlOf(hostnameOf(url), Number(new URL(url).port || 6379), isTls(cluster)))
}

function nodeUrl(cluster: RedisCluster, host: string, port: number): string | null {
  return isServerAddress(host, port) ? urlOf(host, port, isTls(cluster)) : null
}

function isPermitted(cluster: RedisCluster, url: string): boolean {
  if (seedsOf(cluster).includes(url)) return true
  const address = parseAddress(hostnameOf(url))
  return address !== null && cluster.networks.some((network) => parseAddressRange(network)?.(address))
}

/** Names a few of the nodes: a cluster may have a thousand. */
function notPermitted(urls: readonly string[]): string {
  const named = urls.slice(0, 3).map(hostOf).join(', ')
  const more = urls.length > 3 ? ` and ${urls.length - 3} more` : ''
  return `the cluster has nodes that are neither in \`redis.cluster.nodes\` nor in \`redis.cluster.networks\`: ${named}${more}`
}
