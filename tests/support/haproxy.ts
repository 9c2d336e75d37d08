import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Whether this machine has it: the gate installs it. */
export function hasHaproxy(): boolean {
  try {
    execFileSync('haproxy', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface Haproxy {
  /** Of its frontends, in the order in which the sections were given. */
  readonly ports: readonly number[]
  close(): Promise<void>
}

/** A process of its own. `sections`: what each of its listeners says beside where it listens; `@` is the folder of the files. */
export async function startHaproxy(
  sections: readonly { readonly bind?: string; readonly lines: readonly string[] }[],
  files: Readonly<Record<string, string>> = {},
): Promise<Haproxy> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-haproxy-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 })
  const ports = await Promise.all(sections.map(freePort))
  const listeners = sections.map(({ bind = '', lines }, at) =>
    [`listen l${at}`, `bind 127.0.0.1:${ports[at]} ${bind}`, ...lines].join('\n  ').replaceAll('@', folder),
  )
  const defaults = 'defaults\n  timeout connect 5s\n  timeout client 30s\n  timeout server 30s'
  const file = join(folder, 'haproxy.cfg')
  writeFileSync(file, `${[defaults, ...listeners].join('\n')}\n`)
  // `-db`: in the foreground, one process.
  const child = spawn('haproxy', ['-db', '-q', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', (chunk) => {
    complaint += chunk
  })
  const gone = once(child, 'exit')
  for (const port of ports) await untilListening(port, () => (child.exitCode === null ? null : complaint))
  return {
    ports,
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
    if (complaint !== null) throw new Error(`haproxy ended: ${complaint}`)
    const socket = connect({ host: '127.0.0.1', port })
    const connected = await new Promise<boolean>((resolve) => {
      socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    })
    socket.destroy()
    if (connected) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('haproxy does not listen')
}
