import { type AddressInfo, connect, createServer } from 'node:net'
import type { InteropRun } from '../support/interop-run.ts'

/** Address of this machine from which a relay connects. No interface lists it, so that it is nobody's but the client's. */
export const CLIENT = '127.0.0.2'

/** Passes the bytes of connections to a port of this machine, from {@link CLIENT}. Returns its own port. */
export async function startRelay(run: InteropRun, port: number): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const front = connect({ host: '127.0.0.1', port, localAddress: CLIENT, allowHalfOpen: true })
    client.pipe(front).pipe(client)
    client.once('error', () => front.destroy()).once('close', () => front.destroy())
    front.once('error', () => client.destroy()).once('close', () => client.destroy())
    run.defer(() => client.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => void server.close())
  return (server.address() as AddressInfo).port
}
