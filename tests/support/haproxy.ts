import { execFileSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, type ListeningProgram, startListening } from './listening-program.ts'

/** Whether this machine has it: the gate installs it. */
export function hasHaproxy(): boolean {
  try {
    execFileSync('haproxy', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

export interface Haproxy extends ListeningProgram {
  /** Of its frontends, in the order in which the sections were given. */
  readonly ports: readonly number[]
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
  return { ports, ...(await startListening('haproxy', ['-db', '-q', '-f', file], ports, folder)) }
}
