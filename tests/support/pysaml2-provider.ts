import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { samlKeys } from './saml.ts'

/** That of Debian, which has the package: another one may come before it in the path. */
const PYTHON = '/usr/bin/python3'

/** Whether this machine has pysaml2 and xmlsec1: the gate installs them. */
export function hasPysaml2(): boolean {
  try {
    execFileSync('xmlsec1', ['--version'], { stdio: 'ignore' })
    execFileSync(PYTHON, ['-c', 'import saml2.server'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

/** A SAML provider of another language: pysaml2, which signs by xmlsec1. */
export interface Pysaml2Provider {
  readonly origin: string
  /** What it says of itself. */
  readonly metadata: string
  /** What it has taken, or stumbled over. */
  readonly said: readonly Readonly<Record<string, unknown>>[]
  /** The service provider, as its metadata has it. */
  meet(entityId: string, metadata: string): Promise<void>
  close(): Promise<void>
}

export async function startPysaml2(): Promise<Pysaml2Provider> {
  const folder = mkdtempSync(join(tmpdir(), 'iap-pysaml2-'))
  const { cert, key } = samlKeys('pysaml2')
  writeFileSync(join(folder, 'idp.pem'), cert)
  writeFileSync(join(folder, 'idp.key'), key, { mode: 0o600 })
  const child = spawn(PYTHON, [fileURLToPath(new URL('pysaml2-provider.py', import.meta.url)), folder])
  const said: Record<string, unknown>[] = []
  let errors = ''
  child.stderr.on('data', (chunk) => {
    errors += chunk
  })
  const origin = await new Promise<string>((resolve, reject) => {
    let text = ''
    child.once('exit', () => reject(new Error(`pysaml2 has ended: ${errors}`)))
    child.stdout.on('data', (chunk) => {
      const lines = `${text}${chunk}`.split('\n')
      text = lines.pop() ?? ''
      said.push(...lines.map((line) => JSON.parse(line) as Record<string, unknown>))
      if (typeof said[0]?.origin === 'string') resolve(said[0].origin)
    })
  })
  return {
    origin,
    metadata: await (await fetch(`${origin}/metadata`)).text(),
    said,
    async meet(entityId, metadata) {
      writeFileSync(join(folder, 'sp.xml'), metadata)
      const { status } = await fetch(`${origin}/meet?entity=${encodeURIComponent(entityId)}`)
      if (status !== 200) throw new Error(`pysaml2 does not take the service provider: ${JSON.stringify(said)} ${errors}`)
    },
    async close() {
      const gone = once(child, 'exit')
      child.kill('SIGKILL')
      await gone
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
