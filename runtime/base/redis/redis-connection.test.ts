import { once } from 'node:events'
import { type AddressInfo, createServer } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { RedisConnection } from './redis-connection.ts'

test('a server that quotes the password does not get it into the log', async () => {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.write("-ERR unknown command 'AUTH', with args beginning with: 'user' 'hunter%2'\r\n"))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const url = `redis://user:hunter%252@127.0.0.1:${(server.address() as AddressInfo).port}`
  const logged = await new Promise<string>((resolve) => {
    const connection = new RedisConnection(url, 'sessions', { info: () => {}, warn: () => {}, error: resolve })
    onTestFinished(() => {
      connection.close()
      server.close()
    })
  })
  expect(logged).toBe("the Redis of sessions is unavailable: ERR unknown command 'AUTH', with args beginning with: 'user' '***'")
})
