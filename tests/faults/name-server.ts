import { spawnSync } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { existsSync } from 'node:fs'

export interface NameServer {
  readonly address: string
  /** Names that were asked for. */
  readonly asked: readonly string[]
  /** Answers all questions, those that wait and those that come. */
  release(): void
  close(): void
}

/** Addresses of this machine, one for each run of the tests that is under way: resolvers know of no port but 53. */
const ADDRESSES = Array.from({ length: 50 }, (_, at) => `127.0.53.${at + 1}`)

/** Whether a process can be given a resolver of its own: as root, on Linux, by a mount of its own. */
export const canGiveResolver =
  existsSync('/etc/resolv.conf') &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount --bind /etc/hosts /etc/resolv.conf']).status === 0

/** The words before a command that runs it with this `resolv.conf`. */
export function withResolver(file: string): readonly [string, ...string[]] {
  return ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/resolv.conf && exec "$0" "$@"`, process.execPath]
}

/** Answers for each name, once it is released, that it is this machine (RFC 1035 §4). Until then nobody has an answer. */
export async function startNameServer(): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  let waiting: (() => void)[] | null = []
  socket.on('message', (query, { port, address }) => {
    let end = 12
    const labels: string[] = []
    for (let length = query[end] ?? 0; length > 0; length = query[end] ?? 0) {
      labels.push(query.toString('latin1', end + 1, end + 1 + length))
      end += 1 + length
    }
    asked.push(labels.join('.'))
    const isA = query.readUInt16BE(end + 1) === 1
    const head = Buffer.from(query.subarray(0, 12))
    // An answer, of one question and one record or none.
    head.writeUInt16BE(0x8180, 2)
    head.writeUInt16BE(isA ? 1 : 0, 6)
    head.writeUInt32BE(0, 8)
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 127, 0, 0, 1])
    const answer = Buffer.concat([head, query.subarray(12, end + 5), ...(isA ? [record] : [])])
    const send = () => socket.send(answer, port, address, () => {})
    if (waiting === null) send()
    else waiting.push(send)
  })
  const address = await bindToFirst(socket, ADDRESSES)
  return {
    address,
    asked,
    release() {
      for (const send of waiting ?? []) send()
      waiting = null
    },
    close: () => socket.close(),
  }
}

/** Binds to the first address that nobody else has. */
async function bindToFirst(socket: Socket, addresses: readonly string[]): Promise<string> {
  for (const address of addresses) {
    const outcome = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
      socket.once('error', resolve).bind(53, address, () => resolve(null))
    })
    if (outcome === null) return address
    if (outcome.code !== 'EADDRINUSE') throw outcome
  }
  throw new Error('all addresses for name servers are taken')
}
