import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Debian has it where `PATH` of users may not lead. */
const PATHS = ['nginx', '/usr/sbin/nginx']

/** Whether this machine has an nginx with `auth_request`: the gate installs it. */
export const nginx: string | null =
  PATHS.find((path) => {
    try {
      return execFileSync('sh', ['-c', `${path} -V 2>&1`], { encoding: 'utf8' }).includes('http_auth_request_module')
    } catch {
      return false
    }
  }) ?? null

export interface Nginx {
  readonly port: number
  /** Another port, for HTTP/2 without TLS. */
  readonly http2: number
  /** What it has logged. */
  log(): string
  close(): Promise<void>
}

/**
 * Starts an nginx in the foreground.
 *
 * @param http content of the section `http` for the ports that it listens on
 */
export async function startNginx(http: (port: number, http2: number) => string): Promise<Nginx> {
  if (nginx === null) throw new Error('there is no nginx')
  const folder = mkdtempSync(join(tmpdir(), 'iap-nginx-'))
  const port = await freePort()
  const http2 = await freePort()
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`)
  writeFileSync(
    join(folder, 'nginx.conf'),
    `daemon off;
master_process off;
pid ${folder}/pid;
error_log stderr notice;
events { worker_connections 1024; }
http {
  access_log off;
  ${temporary.join('\n  ')}
  ${http(port, http2)}
}
`,
  )
  const child = spawn(nginx, ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let log = ''
  child.stderr.on('data', (chunk) => {
    log += chunk
  })
  const gone = once(child, 'exit')
  await untilListening(port, () => (child.exitCode === null ? null : log))
  return {
    port,
    http2,
    log: () => log,
    async close() {
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function untilListening(port: number, failed: () => string | null): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const complaint = failed()
    if (complaint !== null) throw new Error(`nginx ended: ${complaint}`)
    const socket = connect({ host: '127.0.0.1', port })
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('nginx does not listen')
}
