import { Duplex } from 'node:stream'
import { beforeEach, expect, test } from 'vitest'
import { Tunnel } from './tunnel.ts'

/** One end of a connection: what the proxy writes to it, and whether it has ended. */
class End extends Duplex {
  readonly written: Buffer[] = []
  constructor() {
    super({ allowHalfOpen: true, highWaterMark: 64 * 1024 })
  }
  override _read(): void {}
  override _write(chunk: Buffer, _: string, done: () => void): void {
    this.written.push(chunk)
    done()
  }
  get bytes(): string {
    return Buffer.concat(this.written).toString('latin1')
  }
  async sends(text: string): Promise<void> {
    this.push(Buffer.from(text, 'latin1'))
    await turn()
  }
}

const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))

const GOING_AWAY = '\x88\x02\x03\xe9'

let client: End
let service: End
let tunnels: Set<Tunnel>
let tunnel: Tunnel

beforeEach(() => {
  client = new End()
  service = new End()
  tunnels = new Set()
  tunnel = new Tunnel({ responseBytes: 0, proxy: { tunnels } }, client, service, 60_000)
  tunnels.add(tunnel)
})

test('between frames of the service, the Close frame is sent at once', async () => {
  await service.sends('\x81\x02hi')
  tunnel.goAway()
  await turn()
  expect([client.bytes, client.writableEnded, service.destroyed]).toEqual([`\x81\x02hi${GOING_AWAY}`, true, true])
  expect(tunnels.size).toBe(1)
  client.push(null)
  await turn()
  client.destroy()
  await turn()
  expect([tunnels.size, tunnel.endedBy]).toEqual([0, null])
})

test('within a frame of the service, it follows that frame, and nothing of the next', async () => {
  await service.sends('\x81\x0ahello')
  tunnel.goAway()
  await turn()
  expect(client.writableEnded).toBe(false)
  await service.sends('world\x81\x01!')
  expect([client.bytes, client.writableEnded]).toEqual([`\x81\x0ahelloworld${GOING_AWAY}`, true])
})

test('what a client still sends reaches no service, and does not end the tunnel', async () => {
  tunnel.goAway()
  await client.sends('\x81\x80\x01\x01\x01\x01')
  expect([service.bytes, client.destroyed, client.bytes]).toEqual(['', false, GOING_AWAY])
})

test('a service that has closed the WebSocket is not talked over', async () => {
  await service.sends('\x88\x02\x03\xe8')
  tunnel.goAway()
  await turn()
  expect([client.bytes, service.destroyed]).toEqual(['\x88\x02\x03\xe8', false])
})

test('a service that goes in mid-frame ends the tunnel without a Close frame', async () => {
  await service.sends('\x81\x0ahello')
  tunnel.goAway()
  service.destroy()
  await turn()
  expect([client.bytes, client.destroyed, tunnels.size]).toEqual(['\x81\x0ahello', true, 0])
})
