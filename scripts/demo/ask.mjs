import { Agent, request } from 'node:http'

/** One request to the proxy → `{ status, headers, body }`. The host goes into the Host header, so that no DNS is needed. */
export function ask(proxy, { method = 'GET', host, path, token, headers = {}, agent }) {
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        host: '127.0.0.1',
        port: proxy,
        method,
        path,
        agent,
        headers: { host, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      },
      (incoming) => {
        let text = ''
        incoming.setEncoding('utf8').on('data', (chunk) => {
          text += chunk
        })
        incoming.once('error', reject)
        incoming.once('end', () => resolve({ status: incoming.statusCode, headers: incoming.headers, body: text }))
      },
    )
    outgoing.once('error', reject)
    outgoing.end()
  })
}

/** `connections` of keep-alive, each asking again as soon as it was answered, until `stop`, which returns what happened. */
export function load(proxy, question, connections) {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let running = true
  let answered = 0
  const failures = []
  const workers = Array.from({ length: connections }, async () => {
    while (running) {
      try {
        const { status } = await ask(proxy, { ...question, agent })
        answered += 1
        if (status !== 200) failures.push(`status ${status}`)
      } catch (error) {
        failures.push(error.message)
      }
    }
  })
  return {
    answered: () => answered,
    async stop() {
      running = false
      await Promise.all(workers)
      agent.destroy()
      return { answered, failures }
    },
  }
}
