import { mkdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { replaceFile } from '../replace-file.ts'
import type { Revocation } from './revocation.ts'

/** The file cannot be used as it is, so that what it revokes would count again: whoever starts must not go on. */
export class RevocationStateError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'RevocationStateError'
  }
}

export interface RevocationFile {
  read(): readonly Revocation[]
  /** Another one each time that it is replaced; null: it is not there. */
  print(): string | null
  /** Replaced whole: written beside, flushed, renamed. Throws what the file system throws. */
  write(list: readonly Revocation[]): void
}

/** `revocations.json` in a folder that is made where it is not there. */
export function openRevocationFile(folder: string): RevocationFile {
  const file = join(folder, 'revocations.json')

  /** Throws `RevocationStateError`. */
  function read(): readonly Revocation[] {
    let text: string
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      text = readFileSync(file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
      throw new RevocationStateError(`the revocations \`${file}\` cannot be read: ${(error as Error).message}`)
    }
    const list = parseRevocations(text)
    if (list === null)
      throw new RevocationStateError(
        `\`${file}\` does not hold revocations: restore it, or remove it to let all count again that it revokes`,
      )
    return list
  }

  function print(): string | null {
    const stats = statSync(file, { throwIfNoEntry: false })
    return stats === undefined ? null : `${stats.ino} ${stats.size} ${stats.mtimeMs}`
  }

  function write(list: readonly Revocation[]): void {
    replaceFile(file, renderRevocations(list))
  }

  return { read, print, write }
}

function renderRevocations(list: readonly Revocation[]): string {
  const lines = list.map((one) => `    ${JSON.stringify(one)}`)
  return `{\n  "version": 1,\n  "revocations": [${lines.length === 0 ? '' : `\n${lines.join(',\n')}\n  `}]\n}\n`
}

function parseRevocations(text: string): readonly Revocation[] | null {
  try {
    const { version, revocations } = JSON.parse(text) as { version?: unknown; revocations?: unknown }
    return version === 1 && Array.isArray(revocations) && revocations.every(isRevocation) ? revocations : null
  } catch {
    return null
  }
}

/** As this proxy writes them. */
export function isRevocation(value: unknown): value is Revocation {
  const { id, what, before, until, reason, by, made } = (value ?? {}) as Partial<Record<keyof Revocation, unknown>>
  if (![id, by].every((text) => typeof text === 'string') || !(reason === null || typeof reason === 'string')) return false
  if (![until, made].every(Number.isFinite) || !(before === null || Number.isFinite(before))) return false
  const { kind, ...rest } = (what ?? {}) as { kind?: unknown } & Record<string, unknown>
  const members = MEMBERS[kind as keyof typeof MEMBERS]
  if (typeof kind !== 'string' || !Object.hasOwn(MEMBERS, kind) || Object.keys(rest).length !== members.length) return false
  return members.every((name) => typeof rest[name] === 'string' || (name === 'subject' && rest[name] === null))
}

const MEMBERS: Readonly<Record<Revocation['what']['kind'], readonly string[]>> = {
  subject: ['identity', 'subject'],
  session: ['id'],
  credential: ['id'],
  identity: ['identity'],
  'provider-session': ['identity', 'sid', 'subject'],
}
