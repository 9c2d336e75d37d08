import { type AddressInfo, createServer, type Server } from 'node:net'
import { type Address, isUnix, renderAddress } from '../../base/address.ts'
import { environment, StartupError } from '../../base/startup-error.ts'
import type { ServingListener } from '../../proxy/listeners/drain.ts'
import type { ListenerConfig } from '../config/index.ts'
import { listenAtUnixSocket } from './unix-socket.ts'

/**
 * Makes a server listen. Resolves with the URL of its address and actual port, such as `http://127.0.0.1:8080`.
 *
 * @throws StartupError if the address cannot be used
 */
export function listen(server: Server, address: Address, scheme: 'http' | 'https' = 'http'): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => reject(cannotListen(address, error))
    server.once('error', fail)
    server.listen(address.port, address.host, () => {
      server.off('error', fail)
      const { port } = server.address() as AddressInfo
      resolve(`${scheme}://${renderAddress({ host: address.host, port })}`)
    })
  })
}

/** A listener of this process that accepts connections. */
export interface OpenListener {
  /** URL of its address and actual port, or `unix:` and a path. */
  readonly origin: string
  /** Accepts no more connections. */
  close(): void
}

/**
 * Makes this process accept the connections of a listener.
 *
 * @throws StartupError if the address cannot be used
 */
export async function openListener(listener: ServingListener, { address, tls }: ListenerConfig): Promise<OpenListener> {
  const server = listener.server ?? createServer({ noDelay: true, allowHalfOpen: true }, (socket) => listener.take(socket))
  if (!isUnix(address)) {
    const origin = await listen(server, address, tls === null ? 'http' : 'https')
    return { origin, close: () => void server.close() }
  }
  const { remove } = await listenAtUnixSocket(server, address)
  return {
    origin: renderAddress(address),
    close() {
      remove()
      server.close()
    },
  }
}

export function cannotListen(address: Address, error: NodeJS.ErrnoException): StartupError {
  const reason = error.code === 'EADDRINUSE' ? 'the address is in use' : error.message
  return new StartupError([environment(`cannot listen on ${renderAddress(address)}: ${reason}`)])
}
