import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import { type Address, renderAddress } from '../../base/address.ts'
import { content, environment, type Problem, StartupError } from '../../base/startup-error.ts'
import type { ListenerConfig } from '../config/index.ts'
import { cannotListen } from '../listen.ts'
import type { Inherited } from './inherited-sockets.ts'

/** What two configurations mean by the same listener. */
export function keyOf({ address, fd }: Pick<ListenerConfig, 'address' | 'fd'>): string {
  return fd === null ? renderAddress(address) : `fd:${fd}`
}

/** A socket that listens, or is about to. What comes in goes to `onConnection`, unread. */
export class Listening {
  /** Of the configuration that opens it, or the address of one that was handed over. */
  readonly key: string
  /** Null: it is opened here. */
  readonly inherited: Inherited | null
  onConnection: ((socket: Socket) => void) | null = null
  #address: Address
  #server: Server | null = null

  constructor(key: string, address: Address, inherited: Inherited | null = null) {
    this.key = key
    this.#address = address
    this.inherited = inherited
  }

  /** Where, with the port that was taken. */
  get address(): Address {
    return this.#address
  }

  get isOpen(): boolean {
    return this.#server !== null
  }

  /** Rejects with `StartupError`. */
  open(): Promise<void> {
    // Whoever gets connections reads them.
    const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true })
    const { inherited } = this
    return new Promise((resolve, reject) => {
      server.once('error', (error) =>
        reject(inherited === null ? cannotListen(this.#address, error) : unusable(inherited, `cannot listen: ${error.message}`)),
      )
      const { host, port } = this.#address
      server.listen(inherited === null ? { host, port } : { fd: inherited.fd }, () => {
        this.#server = server
        this.#address = { host, port: (server.address() as AddressInfo).port }
        server.removeAllListeners('error')
        // Of too many open files: the system has told the client, and the next one may find room.
        server.on('error', () => {})
        resolve()
      })
      server.on('connection', (socket: Socket) => {
        // One that is reset before a worker has it.
        socket.on('error', () => {})
        if (this.onConnection === null) socket.destroy()
        else this.onConnection(socket)
      })
    })
  }

  close(): void {
    this.#server?.close()
  }
}

/** A socket that was handed over, which somebody else may be serving: nothing is taken from it yet. Throws `StartupError`. */
function adopt(inherited: Inherited): Listening {
  let address: object
  try {
    // Never read, and never closed: its file descriptor is the server's, later.
    address = new Socket({ fd: inherited.fd, readable: false, writable: false }).unref().address()
  } catch {
    throw unusable(inherited, 'is no socket')
  }
  const { address: host, port } = address as Partial<AddressInfo>
  if (host === undefined || port === undefined) throw unusable(inherited, 'is none of TCP')
  return new Listening(renderAddress({ host, port }), { host, port }, inherited)
}

function unusable({ name, fd }: Inherited, reason: string): StartupError {
  return new StartupError([content(`the socket \`${name}\` that was handed over (file descriptor ${fd}) ${reason}`)])
}

/**
 * Which of the sockets that are there each listener takes; null: none yet. One with a name takes the one of that name; another
 * one the one of its address. What is there and nobody takes is left.
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
        `the socket \`${inherited?.name}\` at ${renderAddress(address)} was handed over, ` +
          `and no listener takes it: give one its address, or \`fd: ${inherited?.name}\``,
      ),
    )
}

export function listeningOf(listener: ListenerConfig): Listening {
  return new Listening(keyOf(listener), listener.address)
}

/** All of them, or a `StartupError` with what is wrong with each. */
export function adoptAll(inherited: readonly Inherited[]): readonly Listening[] {
  const problems: Problem[] = []
  const adopted = inherited.flatMap((one) => {
    try {
      return [adopt(one)]
    } catch (error) {
      if (!(error instanceof StartupError)) throw error
      problems.push(...error.problems)
      return []
    }
  })
  if (problems.length > 0) throw new StartupError(problems)
  return adopted
}
