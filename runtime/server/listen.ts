import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Address, renderAddress } from '../base/address.ts'
import { environment, StartupError } from '../base/startup-error.ts'

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

export function cannotListen(address: Address, error: NodeJS.ErrnoException): StartupError {
  const reason = error.code === 'EADDRINUSE' ? 'the address is in use' : error.message
  return new StartupError([environment(`cannot listen on ${renderAddress(address)}: ${reason}`)])
}
