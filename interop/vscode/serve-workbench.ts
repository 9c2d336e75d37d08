import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import type { InteropRun } from '../support/interop-run.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.ttf': 'font/ttf',
  '.wasm': 'application/wasm',
}

/**
 * Serves the files of a folder, and others by their paths, until the run ends. Returns the origin.
 *
 * @param others content by path, which goes before a file of the folder
 */
export async function serveWorkbench(
  run: InteropRun,
  folder: string,
  others: ReadonlyMap<string, string | Uint8Array>,
): Promise<string> {
  const server = createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(new URL(url, 'http://workbench').pathname)
    const name = path === '/' ? '/index.html' : normalize(path)
    const content = others.get(name) ?? readIfThere(join(folder, name))
    response.writeHead(content === null ? 404 : 200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' })
    response.end(content ?? '')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  run.defer(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://localhost:${(server.address() as AddressInfo).port}`
}

function readIfThere(path: string): Uint8Array | null {
  try {
    return readFileSync(path)
  } catch {
    return null
  }
}
