import { once } from 'node:events'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'

export interface FakeRedis {
  readonly url: string
  readonly host: string
  /** All commands that it got, each with its words joined by spaces. */
  readonly commands: readonly string[]
  /** How many connections it accepted. */
  readonly connections: number
  /** Ends all connections. */
  disconnect(): void
  close(): void
}

/** Returns the answer to a command as RESP; `null` for no answer, and `undefined` for that of an obliging primary. */
export type FakeAnswer = (words: readonly string[], socket: Socket) => string | null | undefined

export const bulk = (text: string): string => `$${Buffer.byteLength(text)}\r\n${text}\r\n`
export const list = (...parts: readonly string[]): string => `*${parts.length}\r\n${parts.join('')}`

/** A server that speaks the protocol of Redis, and answers what a test wants. It ends with the test. */
export async function startFakeRedis(answer: FakeAnswer): Promise<FakeRedis> {
  const commands: string[] = []
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((socket) => {
    connections++
    sockets.add(socket)
    socket.on('error', () => {})
    let text = ''
    socket.on('data', (chunk) => {
      text += chunk
      for (let found = takeCommand(text); found !== null; found = takeCommand(text)) {
        text = found.rest
        commands.push(found.words.join(' '))
        const said = answer(found.words, socket)
        if (said !== null) socket.write(said ?? obliging(found.words))
      }
    })
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const disconnect = () => {
    for (const socket of sockets) socket.destroy()
    sockets.clear()
  }
  const close = () => {
    server.close()
    disconnect()
  }
  onTestFinished(close)
  return {
    url: `redis://${host}`,
    host,
    commands,
    get connections() {
      return connections
    },
    disconnect,
    close,
  }
}

function obliging([name = '']: readonly string[]): string {
  switch (name.toUpperCase()) {
    case 'HELLO':
      return `%1\r\n${bulk('server')}${bulk('redis')}`
    case 'ROLE':
      return list(bulk('master'))
    default:
      return '+OK\r\n'
  }
}

/** Splits the first command, an array of bulk strings, from what follows it. */
function takeCommand(text: string): { readonly words: readonly string[]; readonly rest: string } | null {
  const head = /^\*(\d+)\r\n/.exec(text)
  if (head === null) return null
  let rest = text.slice(head[0].length)
  const words: string[] = []
  for (let left = Number(head[1]); left > 0; left--) {
    const size = /^\$(\d+)\r\n/.exec(rest)
    if (size === null) return null
    const end = size[0].length + Number(size[1])
    if (rest.length < end + 2) return null
    words.push(rest.slice(size[0].length, end))
    rest = rest.slice(end + 2)
  }
  return { words, rest }
}
