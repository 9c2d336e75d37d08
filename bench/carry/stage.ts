import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, exportSPKI, generateKeyPair, SignJWT } from 'jose'

/** Under which the service is asked for. */
export const HOST = 'app.test'
export const AUDIENCE = 'https://app.test'

/** Else its workers, of another user, could not read what is in a folder of ours. */
export const NGINX_USER = process.getuid?.() === 0 ? 'user root; ' : ''

/** What all contestants have in common: the service, the issuer and its token, a folder, and the processes that were started. */
export interface Stage {
  /** Of the project. */
  readonly root: string
  /** A folder of its own for each contestant. */
  folderFor(name: string): string
  /** Where peers were installed (`install.ts`). */
  readonly peers: string
  /** Of the service. */
  readonly service: number
  readonly issuer: string
  readonly token: string
  /** Of the issuer, in PEM. */
  readonly publicKey: string
  freePort(): Promise<number>
  /** Settles with its number when the port takes connections. Rejects with the end of its output if it ends before. */
  run(name: string, port: number, command: string, words: readonly string[], env?: NodeJS.ProcessEnv): Promise<number>
  close(): Promise<void>
}

export async function setStage(root: string, peers: string): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-bench-'))
  const children = new Map<ChildProcess, Promise<unknown>>()
  const issuer = await startIssuer()

  function folderFor(name: string): string {
    const own = join(folder, name.replaceAll(/[^a-z0-9]+/gi, '-'))
    mkdirSync(own, { recursive: true })
    return own
  }

  async function run(name: string, port: number, command: string, words: readonly string[], env?: NodeJS.ProcessEnv) {
    const child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      cwd: folderFor(name),
      env: { ...process.env, ...env },
    })
    // Some write a line a request there: it must go where a deployment would have it.
    const log = createWriteStream(join(folderFor(name), 'output.log'))
    let beginning = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => (beginning = beginning.length < 10_000 ? beginning + chunk : beginning))
      stream.pipe(log, { end: false })
    }
    const gone = new Promise<Error>((resolve) => {
      child.on('error', (error) => resolve(new Error(`${command}: ${error.message}`)))
      child.on('exit', (code) =>
        resolve(new Error(`${command} ended with ${code}: ${beginning.trim().split('\n').slice(-4).join(' ')}`)),
      )
    })
    children.set(child, gone)
    const failed = await Promise.race([gone, taken(port, 20_000)])
    if (failed instanceof Error) throw failed
    return child.pid as number
  }

  const service = await freePort()
  await run('service', service, 'nginx', [
    '-e',
    'stderr',
    '-p',
    folderFor('service'),
    '-c',
    writeService(folderFor('service'), service),
  ])
  return {
    root,
    folderFor,
    peers,
    service,
    ...issuer,
    freePort,
    run,
    async close() {
      for (const child of children.keys()) child.kill('SIGTERM')
      const late = setTimeout(() => {
        for (const child of children.keys()) child.kill('SIGKILL')
      }, 5000)
      await Promise.all(children.values())
      clearTimeout(late)
      issuer.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** What costs least, so that what is measured has the machine. */
function writeService(folder: string, port: number): string {
  for (const kilobytes of [1, 64]) writeFileSync(join(folder, `${kilobytes}k`), 'x'.repeat(1024 * kilobytes))
  const file = join(folder, 'nginx.conf')
  writeFileSync(
    file,
    `${NGINX_USER}daemon off; worker_processes 1; pid ${folder}/pid; error_log stderr error;
events { worker_connections 4096; }
http {
  access_log off; sendfile on; keepalive_requests 10000000; default_type text/plain;
  open_file_cache max=10 inactive=1h; open_file_cache_valid 1h;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  server { listen 127.0.0.1:${port}; root ${folder}; location / { try_files $uri /1k =404; } }
}
`,
  )
  return file
}

interface Issuer {
  readonly issuer: string
  readonly token: string
  readonly publicKey: string
  close(): void
}

/** Keys, metadata, and one access token (RFC 9068) that is good for an hour. */
async function startIssuer(): Promise<Issuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256', { extractable: true })
  const jwk = { ...(await exportJWK(publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' }
  const server = createServer((incoming, answer) => {
    const { port } = server.address() as AddressInfo
    const issuer = `http://127.0.0.1:${port}`
    const metadata = {
      issuer,
      jwks_uri: `${issuer}/jwks`,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['RS256'],
    }
    answer.setHeader('content-type', 'application/json')
    answer.end(JSON.stringify(incoming.url === '/jwks' ? { keys: [jwk] } : metadata))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const issuer = `http://127.0.0.1:${port}`
  const token = await new SignJWT({
    client_id: 'bench',
    groups: ['staff', 'orders'],
    email: 'ana@app.test',
    email_verified: true,
    jti: 'f2d1c1f4-53e6-4a6e-9d29-6c8ff20a4b1b',
  })
    .setProtectedHeader({ alg: 'RS256', kid: 'bench', typ: 'at+jwt' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('ana')
    .setIssuedAt()
    .setExpirationTime('2h')
    .sign(privateKey)
  return { issuer, token, publicKey: await exportSPKI(publicKey), close: () => void server.close() }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createTcpServer()
    server.on('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}

/** When something answers there, whatever it says. */
async function taken(port: number, patience: number): Promise<Error | null> {
  const end = Date.now() + patience
  while (Date.now() < end) {
    // Who speaks no HTTP/1.1 answers, too.
    const answered = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(1000) }).then(
      () => true,
      ({ cause }) => cause !== undefined && cause.code !== 'ECONNREFUSED',
    )
    if (answered) return null
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  return new Error(`nothing answered on port ${port} in ${patience / 1000} s`)
}
