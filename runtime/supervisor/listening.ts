import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { type Address, type ListenerConfig, renderAddress } from '../config/index.ts'
import { cannotListen } from '../listen.ts'
import { content, environment, type Problem, StartupError } from '../startup-error.ts'
import type { Inherited } from './inherited-sockets.ts'

/** A socket that listens. What comes in goes to `onConnection`, unread. */
export interface Listening {
  readonly server: Server
  /** Where, with the port that was taken. */
  readonly address: Address
  /** Of the configuration that opened it, or of the socket. */
  readonly key: string
  /** Null: it was opened here. */
  readonly inherited: Inherited | null
  onConnection: ((socket: Socket) => void) | null
}

/** What two configurations mean by the same listener. */
export function keyOf({ address, fd }: Pick<ListenerConfig, 'address' | 'fd'>): string {
  return fd === null ? renderAddress(address) : `fd:${fd}`
}

/** Rejects with `StartupError`. */
export function openListening({ address }: ListenerConfig, key: string): Promise<Listening> {
  return new Promise((resolve, reject) => {
    const server = create()
    server.once('error', (error) => reject(cannotListen(address, error)))
    server.listen(address.port, address.host, () => {
      const { port } = server.address() as AddressInfo
      resolve(follow(server, { host: address.host, port }, key, null))
    })
  })
}

/** Rejects with `StartupError` where it is no socket of TCP that can listen. */
export function adopt(inherited: Inherited): Promise<Listening> {
  const { fd, name } = inherited
  const fail = (reason: string) =>
    new StartupError([content(`the socket \`${name}\` that was handed over (file descriptor ${fd}) ${reason}`)])
  return new Promise((resolve, reject) => {
    const server = create()
    server.once('error', (error) => reject(fail(`cannot listen: ${error.message}`)))
    server.listen({ fd }, () => {
      const at = server.address()
      if (at === null || typeof at === 'string') {
        server.close()
        return reject(fail('is none of TCP'))
      }
      const address = { host: at.address, port: at.port }
      resolve(follow(server, address, renderAddress(address), inherited))
    })
  })
}

function create(): Server {
  // Whoever gets them reads them.
  return createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true })
}

function follow(server: Server, address: Address, key: string, inherited: Inherited | null): Listening {
  const listening: Listening = { server, address, key, inherited, onConnection: null }
  server.removeAllListeners('error')
  // Of too many open files: the system has told the client, and the next one may find room.
  server.on('error', () => {})
  server.on('connection', (socket: Socket) => {
    // One that is reset before a worker has it.
    socket.on('error', () => {})
    if (listening.onConnection === null) socket.destroy()
    else listening.onConnection(socket)
  })
  return listening
}

/**
 * Which of the sockets that are there each listener takes; null: none yet. One with a name takes the one of that name; another one the one of its
 * address. What is there and nobody takes is left.
 */
export function matchListeners(
  listeners: readonly ListenerConfig[],
  there: readonly Listening[],
): { readonly taken: readonly (Listening | null)[]; readonly left: readonly Listening[]; readonly problems: readonly Problem[] } {
  const left = new Set(there)
  const problems: Problem[] = []
  const take = (fits: (one: Listening) => boolean): Listening | null => {
    const found = [...left].find(fits) ?? null
    if (found !== null) left.delete(found)
    return found
  }
  // Names first: no address may take what a name is for.
  const named = listeners.map(({ fd }) => (fd === null ? null : take(({ inherited }) => inherited?.name === fd)))
  const taken = listeners.map((listener, at) => {
    if (listener.fd === null) return take(({ key }) => key === keyOf(listener))
    const found = named[at] ?? null
    if (found === null)
      problems.push(environment(`\`listeners[${at}].fd\`: no socket \`${listener.fd}\` was handed over (LISTEN_FDNAMES)`))
    return found
  })
  return { taken, left: [...left], problems }
}

/** Sockets that were handed over and that no listener takes: their clients would wait for ever. */
export function unused(left: readonly Listening[]): readonly Problem[] {
  return left
    .filter(({ inherited }) => inherited !== null)
    .map(({ inherited, address }) =>
      content(
        `the socket \`${inherited?.name}\` at ${renderAddress(address)} was handed over, and no listener takes it: give one its address, or \`fd: ${inherited?.name}\``,
      ),
    )
}
