/** The playground as a static host serves it: files below some path, compressed, and nothing else. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { buildPlayground } from '../../scripts/playground/build.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
}

/** The files as they are sent, by name. */
export type PackedPlayground = ReadonlyMap<string, Buffer>

export interface ServedPlayground {
  /** Address of the page, with a path as on a site that holds more than the playground. */
  readonly url: string
  /** Stops the server; the browser has lost its network then. */
  stop(): Promise<void>
}

/** Builds the playground, and compresses its files. In CI it has just been built. @param root of the project */
export async function packPlayground(root: string): Promise<PackedPlayground> {
  if (process.env.CI) return compress(join(root, 'dist/playground'))
  const folder = mkdtempSync(join(tmpdir(), 'iap-playground-'))
  try {
    await buildPlayground(root, folder)
    return compress(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function compress(folder: string): PackedPlayground {
  return new Map(readdirSync(folder).map((name) => [name, gzipSync(readFileSync(join(folder, name)), { level: 9 })]))
}

export async function servePlayground(packed: PackedPlayground): Promise<ServedPlayground> {
  const server = createServer(({ url = '' }, response) => {
    const { pathname } = new URL(url, 'http://localhost')
    const name = pathname === '/docs/playground/' ? 'index.html' : pathname.replace(/^\/docs\/playground\//, '')
    const body = packed.get(name)
    if (body === undefined) return response.writeHead(404).end()
    response.writeHead(200, {
      ...{ 'content-type': TYPES[extname(name)] ?? 'application/octet-stream', 'content-encoding': 'gzip' },
      ...{ 'content-length': String(body.length), 'cache-control': 'max-age=600' },
    })
    response.end(body)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/docs/playground/`,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
