import { existsSync, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../tests/support/listening-program.ts'
import type { InteropRun } from '../support/interop-run.ts'

const VERSION = '26.4.7'
/** Milliseconds until Keycloak answers: its first start builds its own configuration. */
const START = 600_000
const ADMIN = 'admin'

/** Keycloak in development mode on 127.0.0.1, and its admin API. */
export interface Keycloak {
  readonly issuer: string
  /** Calls the admin API below the realm, or below all realms if the path begins with `/`. Rejects unless the status is one of success. */
  admin(method: string, path: string, body?: unknown, type?: string): Promise<unknown>
  /** Stops it from running: it accepts connections, and answers nothing. */
  hang(): void
  goOn(): void
}

/** Takes Keycloak from Maven Central, starts it and waits until it answers. Needs `mvn`, `unzip` and a JDK of version 17 or later. */
export async function startKeycloak(run: InteropRun, realm: string): Promise<Keycloak> {
  const home = await install(run)
  const port = await freePort()
  const origin = `http://localhost:${port}`
  const data = join(run.scratch, 'keycloak-data')
  mkdirSync(data)
  const options = ['--http-host=127.0.0.1', `--http-port=${port}`, `--hostname=${origin}`, '--cache=local', '--db=dev-mem']
  const child = run.start('sh', ['bin/kc.sh', 'start-dev', ...options], {
    cwd: home,
    env: {
      ...process.env,
      KC_BOOTSTRAP_ADMIN_USERNAME: ADMIN,
      KC_BOOTSTRAP_ADMIN_PASSWORD: ADMIN,
      JAVA_OPTS_KC_HEAP: '-Xms64m -Xmx512m',
      JAVA_OPTS_APPEND: `-Djava.io.tmpdir=${data}`,
    },
  })
  let log = ''
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk) => {
      log = (log + chunk).slice(-100_000)
    })
  const admin = `${origin}/admin/realms`
  run.say(`waiting for Keycloak ${VERSION} at ${origin}`)
  for (const end = Date.now() + START; ; await new Promise((resolve) => setTimeout(resolve, 500))) {
    if (child.exitCode !== null || Date.now() > end) throw new Error(`Keycloak did not start: ${log}`)
    const answer = await fetch(`${origin}/realms/master`, { signal: AbortSignal.timeout(5000) }).catch(() => null)
    if (answer?.ok) break
  }

  async function token(): Promise<string> {
    const form = { grant_type: 'password', client_id: 'admin-cli', username: ADMIN, password: ADMIN }
    const answer = await fetch(`${origin}/realms/master/protocol/openid-connect/token`, {
      method: 'POST',
      body: new URLSearchParams(form),
    })
    return ((await answer.json()) as { access_token: string }).access_token
  }

  return {
    issuer: `${origin}/realms/${realm}`,
    // The script has become Java by then.
    hang: () => void child.kill('SIGSTOP'),
    goOn: () => void child.kill('SIGCONT'),
    async admin(method, path, body, type = 'application/json') {
      const url = path.startsWith('/') ? admin + path.slice(1) : `${admin}/${realm}/${path}`
      const answer = await fetch(url, {
        method,
        headers: { authorization: `Bearer ${await token()}`, ...(body !== undefined && { 'content-type': type }) },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      })
      const text = await answer.text()
      if (!answer.ok) throw new Error(`Keycloak: ${method} ${path}: expected success, got ${answer.status}: ${text}`)
      return text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : answer.headers.get('location')
    },
  }
}

/** Keycloak's folder, unpacked in the scratch folder. Maven keeps the archive in its repository. */
async function install(run: InteropRun): Promise<string> {
  const archive = `keycloak-quarkus-dist-${VERSION}.zip`
  const kept = join(homedir(), '.m2/repository/org/keycloak/keycloak-quarkus-dist', VERSION, archive)
  run.say(`mvn dependency:get org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`)
  if (!existsSync(kept)) {
    const artifact = `-Dartifact=org.keycloak:keycloak-quarkus-dist:${VERSION}:zip`
    const { code, output } = await run.exec('mvn', ['-q', '-B', 'dependency:get', artifact, '-Dtransitive=false'])
    if (code !== 0) throw new Error(`mvn ended with exit code ${code}: ${output}`)
  }
  const { code, output } = await run.exec('unzip', ['-q', kept, '-d', run.scratch])
  if (code !== 0) throw new Error(`unzip ended with exit code ${code}: ${output}`)
  return join(run.scratch, `keycloak-${VERSION}`)
}
