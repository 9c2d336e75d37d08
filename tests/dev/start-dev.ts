import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, vi } from 'vitest'
import { WAIT } from '../support/until.ts'

/** What is shipped. */
export const program = fileURLToPath(new URL('../../dist/iap.js', import.meta.url))

export const policy = `
/// By a browser, or by a token.
identity staff via oidc, jwt {
  sub: string
  groups from "cognito:groups": set<string>
  level?: int
  remote: bool
}

/// Only by a browser.
identity guest via oidc { sub: string }

role admin of staff when "admins" in caller.groups && has(caller.level) && caller.level >= 4

service app at "app.localhost", "*.shop.localhost" {
  route home   GET "/"
  route users  GET "/users/{rest...}"
  route admin  GET "/admin"
  route second GET "/second"
  route gold   GET "/gold"
  route fresh  GET "/fresh"
  route lobby  GET "/lobby"
}

permit open   on app.home to anyone
permit users  on app.users to staff
permit admins on app.admin to admin
permit second on app.second to staff require mfa
permit gold   on app.gold to staff require acr "gold"
permit fresh  on app.fresh to staff require auth within 1h
permit lobby  on app.lobby to guest, staff
`

export const callers = {
  ann: { identity: 'staff', claims: { 'cognito:groups': ['admins'], level: 4, remote: true } },
  ben: { identity: 'staff', claims: { sub: 'b.en', 'cognito:groups': [], remote: false, iss: 'https://elsewhere', nonce: 'x' } },
  mia: { identity: 'staff', claims: { 'cognito:groups': [], remote: false, amr: ['pwd', 'otp'], acr: 'gold' } },
  odd: { identity: 'staff', claims: { 'cognito:groups': 'admins', remote: 'yes' } },
  '<img src=x>': { identity: 'staff', claims: { 'cognito:groups': ['"><script>alert(1)</script>'], remote: true } },
  ann_as_trainee: { identity: 'staff', claims: { sub: 'ann', 'cognito:groups': ['trainees'], remote: false } },
  max: { identity: 'guest', claims: {} },
}

export interface Dev {
  readonly folder: string
  readonly port: number
  /** `http://app.localhost:…` */
  readonly origin: string
  readonly issuer: string
  stdout(): string
  stderr(): string
  write(file: string, text: string): void
  close(): Promise<void>
}

/**
 * `iap run --dev` of a project that is made for it.
 *
 * @param files in place of its own, or more
 * @param prepare answers which program it is
 */
export async function startDev(
  files: Readonly<Record<string, string>> = {},
  prepare: (folder: string) => string = () => program,
): Promise<Dev> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-dev-'))
  const write = (file: string, text: string) => {
    mkdirSync(join(folder, 'policies'), { recursive: true })
    writeFileSync(join(folder, file), text)
  }
  const all = {
    'policies/app.iap': policy,
    'callers.json': JSON.stringify(callers),
    'iap.yaml': `
listeners: [{ address: 127.0.0.1:0 }]
services: { app: { upstreams: [http://127.0.0.1:1] } }
audit: [{ file: ./audit.jsonl }]
dev: { sources: ./policies, callers: ./callers.json, echo: true, issuer: 127.0.0.1:0 }
`,
    ...files,
  }
  for (const [file, text] of Object.entries(all)) write(file, text)
  const child = spawn(process.execPath, [prepare(folder), 'run', '--dev'], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1' },
  })
  const said = { stdout: '', stderr: '' }
  for (const stream of ['stdout', 'stderr'] as const)
    child[stream].setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const close = async () => {
    child.kill('SIGINT')
    const code = await ended
    rmSync(folder, { recursive: true, force: true })
    expect(code, said.stderr).toBe(0)
  }
  // Its last word when it starts, or its end.
  const started = vi.waitUntil(() => said.stdout.includes('press ctrl-c to stop'), WAIT)
  await Promise.race([ended, started.catch(() => child.kill('SIGKILL'))])
  const port = Number(/proxy +http:\/\/127\.0\.0\.1:(\d+)/.exec(said.stdout)?.[1])
  const issuer = /issuer +(http:\S+)/.exec(said.stdout)?.[1]
  if (issuer === undefined || !said.stdout.includes('press ctrl-c to stop'))
    throw new Error(`it does not start: ${said.stdout}${said.stderr}`)
  return {
    folder,
    port,
    origin: `http://app.localhost:${port}`,
    issuer,
    stdout: () => said.stdout,
    stderr: () => said.stderr,
    write,
    close,
  }
}
