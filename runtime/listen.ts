import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Address, renderAddress } from './config/index.ts'
import type { Front } from './proxy/index.ts'
import { environment, StartupError } from './startup-error.ts'

/** `http://127.0.0.1:8080`, with the port that was taken. Rejects with `StartupError`. */
export function listen(server: Server, address: Address, scheme: 'http' | 'https' = 'http'): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException) => {
      const reason = error.code === 'EADDRINUSE' ? 'something else listens there' : error.message
      reject(new StartupError([environment(`cannot listen on ${renderAddress(address)}: ${reason}`)]))
    }
    server.once('error', fail)
    server.listen(address.port, address.host, () => {
      server.off('error', fail)
      const { port } = server.address() as AddressInfo
      resolve(`${scheme}://${renderAddress({ host: address.host, port })}`)
    })
  })
}

/** Stops accepting, lets what is under way end for `ms`, then breaks it off. */
export async function drain({ server, closeIdle, closeAll }: Front, ms: number): Promise<void> {
  if (!server.listening) return
  const closed = new Promise((resolve) => server.close(resolve))
  // Connections that become idle while it drains are of no more use.
  const sweep = setInterval(closeIdle, 50)
  const cut = setTimeout(closeAll, ms)
  closeIdle()
  await closed
  clearInterval(sweep)
  clearTimeout(cut)
}
