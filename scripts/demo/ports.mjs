import { createServer } from 'node:net'

/** Returns a port of 127.0.0.1 for each name: the wanted one, or another where that is taken (0: any). */
export async function freePorts(wanted) {
  const servers = {}
  for (const [name, port] of Object.entries(wanted)) servers[name] = (await tryPort(port)) ?? (await tryPort(0))
  // Held until all are chosen, so that no two are the same.
  const ports = Object.fromEntries(Object.entries(servers).map(([name, server]) => [name, server.address().port]))
  await Promise.all(Object.values(servers).map((server) => new Promise((resolve) => server.close(resolve))))
  return ports
}

function tryPort(port) {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(null))
    server.listen(port, '127.0.0.1', () => resolve(server))
  })
}
