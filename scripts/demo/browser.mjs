import { request } from 'node:http'

/** As little of a browser as signing in needs: every name is this machine, cookies belong to a host, redirects are followed. */
export class Browser {
  #cookies = new Map()

  /** → `{ status, url, body }` of the page at which it ends. `form`: what is sent there. */
  async open(url, form) {
    let answer = await this.#ask(url, form)
    for (let hops = 0; hops < 20 && answer.headers.location !== undefined; hops += 1)
      answer = await this.#ask(new URL(answer.headers.location, answer.url).href)
    return answer
  }

  #ask(url, form) {
    const { hostname, port, pathname, search, host } = new URL(url)
    const body = form === undefined ? '' : String(new URLSearchParams(form))
    const jar = this.#cookies.get(hostname) ?? new Map()
    this.#cookies.set(hostname, jar)
    const headers = {
      host,
      accept: 'text/html',
      'sec-fetch-mode': 'navigate',
      'sec-fetch-dest': 'document',
      cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; '),
      ...(form && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': body.length }),
    }
    const sent = { host: '127.0.0.1', port, path: pathname + search, method: form ? 'POST' : 'GET', headers, agent: false }
    return new Promise((resolve, reject) => {
      const outgoing = request(sent, (incoming) => {
        for (const line of incoming.headers['set-cookie'] ?? []) {
          const [, name, value] = /^([^=]*)=([^;]*)/.exec(line) ?? []
          if (value === '') jar.delete(name)
          else jar.set(name, value)
        }
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        incoming.once('error', reject)
        incoming.once('end', () => resolve({ status: incoming.statusCode, headers: incoming.headers, body: text, url }))
      })
      outgoing.once('error', reject)
      outgoing.end(body)
    })
  }
}
