import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from './listening-program.ts'
import { HANG } from './until.ts'

/** Whether this machine has one: the gate installs it. */
export function hasRegistry(): boolean {
  try {
    execFileSync('docker-registry', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export const REGISTRY_USER = { username: 'alice', password: 'wonderland' }
/** The only form that the registry reads: bcrypt, of that password. */
const HTPASSWD = '$2b$04$abcdefghijklmnopqrstuujZkTwHUiJ9XdZPwKfcfDo7dMp5DjlTu'

export interface Layer {
  readonly mediaType: string
  readonly bytes: Uint8Array
}

export interface TestRegistry {
  /** `127.0.0.1:5000` */
  readonly host: string
  /** What it keeps of a tag is not what it expects, so that it answers 500 to whoever asks for it; `mend` puts it right. */
  break(repository: string, tag: string): void
  mend(repository: string, tag: string): void
  /** Puts an artifact under a tag, as `oras push` does. Returns the digest of its manifest. */
  push(repository: string, tag: string, layers: readonly Layer[]): Promise<string>
  /** Ends it; `start` begins it again with what it has. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Debian's registry (CNCF distribution), with what it keeps in a folder of its own; for one user where that is asked for. */
export async function startRegistry(options: { readonly basic?: boolean } = {}): Promise<TestRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-registry-'))
  const port = await freePort()
  const host = `127.0.0.1:${port}`
  const auth = options.basic ? `auth:\n  htpasswd: { realm: test, path: ${join(folder, 'htpasswd')} }\n` : ''
  if (options.basic) writeFileSync(join(folder, 'htpasswd'), `${REGISTRY_USER.username}:${HTPASSWD}\n`)
  const config = join(folder, 'config.yml')
  writeFileSync(
    config,
    `version: 0.1\nstorage: { filesystem: { rootdirectory: ${join(folder, 'data')} } }\nhttp: { addr: "${host}" }\n${auth}`,
  )
  const authorization = `Basic ${Buffer.from(Object.values(REGISTRY_USER).join(':')).toString('base64')}`
  let end = async () => {}

  async function start(): Promise<void> {
    const child = spawn('docker-registry', ['serve', config], { stdio: ['ignore', 'ignore', 'pipe'] })
    const gone = once(child, 'exit')
    let said = ''
    child.stderr.on('data', (chunk) => {
      said += chunk
    })
    end = async () => {
      child.kill('SIGKILL')
      await gone
    }
    for (const until = performance.now() + HANG; ; await new Promise((resolve) => setTimeout(resolve, 30))) {
      const response = await fetch(`http://${host}/v2/`).catch(() => null)
      if (response !== null) return
      if (child.exitCode !== null || performance.now() > until) throw new Error(`the registry does not come up: ${said}`)
    }
  }

  async function send(method: string, path: string, body?: Uint8Array, type = 'application/octet-stream'): Promise<Response> {
    const url = path.startsWith('http') ? path : `http://${host}/v2/${path}`
    const response = await fetch(url, {
      method,
      headers: { ...(options.basic && { authorization }), 'content-type': type },
      ...(body !== undefined && { body: Buffer.from(body) }),
    })
    if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`)
    return response
  }

  /** In one piece: OCI distribution specification, "Pushing a blob monolithically". */
  async function pushBlob(repository: string, { mediaType, bytes }: Layer): Promise<object> {
    const digest = digestOf(bytes)
    const begun = await send('POST', `${repository}/blobs/uploads/`)
    const at = new URL(begun.headers.get('location') ?? '', `http://${host}`)
    at.searchParams.set('digest', digest)
    await send('PUT', at.href, bytes)
    return { mediaType, digest, size: bytes.length }
  }

  const linkOf = (repository: string, tag: string) =>
    join(folder, 'data/docker/registry/v2/repositories', repository, '_manifests/tags', tag, 'current/link')

  await start()
  return {
    host,
    break(repository, tag) {
      renameSync(linkOf(repository, tag), `${linkOf(repository, tag)}.whole`)
      mkdirSync(linkOf(repository, tag))
    },
    mend(repository, tag) {
      rmSync(linkOf(repository, tag), { recursive: true })
      renameSync(`${linkOf(repository, tag)}.whole`, linkOf(repository, tag))
    },
    async push(repository, tag, layers) {
      const config = await pushBlob(repository, { mediaType: 'application/vnd.oci.empty.v1+json', bytes: Buffer.from('{}') })
      const pushed = await Promise.all(layers.map((layer) => pushBlob(repository, layer)))
      const mediaType = 'application/vnd.oci.image.manifest.v1+json'
      const manifest = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, config, layers: pushed }))
      await send('PUT', `${repository}/manifests/${tag}`, manifest, mediaType)
      return digestOf(manifest)
    },
    start,
    stop: () => end(),
    async close() {
      await end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}
