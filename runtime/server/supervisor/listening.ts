import { type AddressInfo, createServer, type Server, Socket } from 'node:net'
import { type Address, isUnix, renderAddress, type UnixAddress } from '../../base/address.ts'
import { content, environment, type Problem, StartupError } from '../../base/startup-error.ts'
import type { ListenerConfig } from '../config/index.ts'
import { cannotListen } from '../listeners/listen.ts'
import { listenAtUnixSocket, type UnixSocket } from '../listeners/unix-socket.ts'
import type { Inherited } from './inherited-sockets.ts'

/**
 * Returns a text that identifies a listener: its address, or the name of its inherited socket. Used to match the listeners of two
 * configurations.
 */
export function keyOf({ address, fd }: Pick<ListenerConfig, 'address' | 'fd'>): string {
  return fd === null ? renderAddress(address) : `fd:${fd}`
}

/** A listening socket of the supervisor. Passes accepted connections to `onConnection` without reading from them. */
export class Listening {
  /** Text that identifies the listener, as returned by `keyOf`; the address for an inherited socket. */
  readonly key: string
  readonly inherited: Inherited | null
  onConnection: ((socket: Socket) => void) | null = null
  #address: Address | UnixAddress
  #server: Server | null = null
  #socket: UnixSocket | null = null

  constructor(key: string, address: Address | UnixAddress, inherited: Inherited | null = null) {
    this.key = key
    this.#address = address
    this.inherited = inherited
  }

  /** Address of the socket, with the actual port once it is open. */
  get address(): Address | UnixAddress {
    return this.#address
  }

  get isOpen(): boolean {
    return this.#server !== null
  }

  /** Whether clients can no longer connect, because the file of the Unix socket was removed or replaced. */
  get isLost(): boolean {
    return this.#socket?.isThere() === false
  }

  async open(): Promise<void> {
    // The receiver of a connection reads it.
    const server = createServer({ pauseOnConnect: true, noDelay: true, allowHalfOpen: true })
    server.on('connection', (socket: Socket) => {
      // A connection may be reset before a worker has it.
      socket.on('error', () => {})
      if (this.onConnection === null) socket.destroy()
      else this.onConnection(socket)
    })
    if (isUnix(this.#address)) this.#socket = await listenAtUnixSocket(server, this.#address)
    else this.#address = await this.#listen(server, this.#address)
    this.#server = server
    server.removeAllListeners('error')
    server.on('error', () => {})
  }

  #listen(server: Server, { host, port }: Address): Promise<Address> {
    const { inherited } = this
    return new Promise((resolve, reject) => {
      server.once('error', (error) =>
        reject(inherited === null ? cannotListen({ host, port }, error) : unusable(inherited, `cannot listen: ${error.message}`)),
      )
      server.listen(inherited === null ? { host, port } : { fd: inherited.fd }, () =>
        resolve({ host, port: (server.address() as AddressInfo).port }),
      )
    })
  }

  close(): void {
    this.#socket?.remove()
    this.#server?.close()
  }
}

/** Adopts an inherited socket without accepting from it yet, as another process may serve it. @throws StartupError */
function adopt(inherited: Inherited): Listening {
  let address: object
  try {
    // Never read or closed: the server later owns its file descriptor.
    address = new Socket({ fd: inherited.fd, readable: false, writable: false }).unref().address()
  } catch {
    throw unusable(inherited, 'is not a socket')
  }
  const { address: host, port } = address as Partial<AddressInfo>
  if (host === undefined || port === undefined) throw unusable(inherited, 'is not a TCP socket')
  return new Listening(renderAddress({ host, port }), { host, port }, inherited)
}

function unusable({ name, fd }: Inherited, reason: string): StartupError {
  return new StartupError([content(`the socket \`${name}\` that was handed over (file descriptor ${fd}) ${reason}`)])
}

/**
 * Assigns open sockets to the listeners of a configuration, by name or else by address. In `taken`, `null` stands for a socket
 * that must be opened; `left` contains the sockets without a listener.
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
  // Names first, so that no address takes a named socket.
  const named = listeners.map(({ fd }) => (fd === null ? null : take(({ inherited }) => inherited?.name === fd)))
  const taken = listeners.map((listener, at) => {
    if (listener.fd === null) return take((one) => one.key === keyOf(listener) && !one.isLost)
    const found = named[at] ?? null
    if (found === null)
      problems.push(environment(`\`listeners[${at}].fd\`: no socket \`${listener.fd}\` was handed over (LISTEN_FDNAMES)`))
    return found
  })
  return { taken, left: [...left], problems }
}

/** Returns a problem for each inherited socket that no listener uses, because clients that connect to it would wait forever. */
export function unused(left: readonly Listening[]): readonly Problem[] {
  return left
    .filter(({ inherited }) => inherited !== null)
    .map(({ inherited, address }) =>
      content(
        `the socket \`${inherited?.name}\` at ${renderAddress(address)} was handed over, ` +
          `but no listener uses it: give a listener its address, or \`fd: ${inherited?.name}\``,
      ),
    )
}

/** Returns a problem for each open Unix socket whose configured permissions have changed: it gets them when it is made. */
export function otherPermissions(listeners: readonly ListenerConfig[], taken: readonly (Listening | null)[]): readonly Problem[] {
  return listeners.flatMap(({ address }, at) => {
    const open = taken[at]?.address
    if (open === undefined || !isUnix(open) || !isUnix(address)) return []
    if (open.mode === address.mode && open.group === address.group) return []
    const what = `\`mode\` and \`group\` of \`listeners[${at}]\``
    return [content(`${what} cannot change while the proxy runs: restart it, or change the path too`)]
  })
}

export function listeningOf(listener: ListenerConfig): Listening {
  return new Listening(keyOf(listener), listener.address)
}

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
