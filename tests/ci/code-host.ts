import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export interface HostComment {
  readonly id: number
  body: string
  /** GitHub's name of the author. */
  readonly user: { readonly login: string }
  /** GitLab's. */
  readonly author: { readonly id: number }
}

/** A stand for the comments of a pull request of GitHub and of a merge request of GitLab, for the user of the token. */
export interface CodeHost {
  readonly origin: string
  readonly comments: HostComment[]
  /** Method and path of each request, and its credential. */
  readonly requests: string[]
  /** Whether writing is refused, as for the token of a fork. */
  isReadOnly: boolean
  /** Adds a comment by somebody else. */
  add(body: string): void
}

const OWN = { user: { login: 'github-actions[bot]' }, author: { id: 7 } }

/** Starts a stand, which ends with the test. */
export async function startCodeHost(): Promise<CodeHost> {
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request
    host.requests.push(`${method} ${url} ${headers.authorization ?? headers['private-token']}`)
    const [, id] = /\/(?:comments|notes)\/(\d+)$/.exec(url) ?? []
    if (url === '/user') return void response.end(JSON.stringify({ id: 7 }))
    if (method === 'GET') {
      const page = Number(new URL(url, host.origin).searchParams.get('page'))
      return void response.end(JSON.stringify(host.comments.slice((page - 1) * 100, page * 100)))
    }
    const { body = '' } = JSON.parse((await textOf(request)) || '{}')
    const found = host.comments.find((comment) => comment.id === Number(id))
    if (host.isReadOnly || (id !== undefined && found === undefined)) return void response.writeHead(403).end('{}')
    if (found === undefined) host.comments.push({ id: 1000 + host.comments.length, body, ...OWN })
    else found.body = body
    response.writeHead(found === undefined ? 201 : 200).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const host: CodeHost = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments: [],
    requests: [],
    isReadOnly: false,
    add(body) {
      host.comments.push({ id: 1000 + host.comments.length, body, user: { login: 'eve' }, author: { id: 8 } })
    },
  }
  return host
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}
