import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { existsSync } from 'node:fs'

export interface NameServer {
  readonly address: string
  /** Names that were asked for. */
  readonly asked: readonly string[]
  close(): void
}

/** An address of this machine that nobody else takes: resolvers know of no port but 53. */
const ADDRESS = '127.0.53.53'

/** Whether a process can be given a resolver of its own: as root, on Linux, by a mount of its own. */
export const canGiveResolver =
  existsSync('/etc/resolv.conf') &&
  spawnSync('unshare', ['-m', 'sh', '-c', 'mount --bind /etc/hosts /etc/resolv.conf']).status === 0

/** The words before a command that runs it with this `resolv.conf`. */
export function withResolver(file: string): readonly [string, ...string[]] {
  return ['unshare', '-m', 'sh', '-c', `mount --bind ${file} /etc/resolv.conf && exec "$0" "$@"`, process.execPath]
}

/** Says of every name, after so many milliseconds, that it is this machine (RFC 1035 §4). */
export async function startNameServer(delay: number): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  // A proxy that has ended leaves questions, whose answers would be sent from a socket that is closed.
  const underWay = new Set<NodeJS.Timeout>()
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
    const timer = setTimeout(() => {
      underWay.delete(timer)
      socket.send(answer, port, address, () => {})
    }, delay)
    underWay.add(timer)
  })
  await new Promise<void>((resolve, reject) => socket.once('error', reject).bind(53, ADDRESS, resolve))
  return {
    address: ADDRESS,
    asked,
    close: () => {
      for (const timer of underWay) clearTimeout(timer)
      socket.close()
    },
  }
}
