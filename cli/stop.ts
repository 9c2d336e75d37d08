import type { Output } from './io.ts'
import { paint } from './style.ts'

/** Ends a command that cannot be carried out: a sentence for the person, what to do about it, exit code 2. */
export class Stop extends Error {
  readonly help: string | null

  constructor(message: string, help: string | null = null) {
    super(message)
    this.name = 'Stop'
    this.help = help
  }
}

/** What the operating system said about a file, as a sentence: `EACCES` is not one. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EBUSY: 'somebody else is changing it',
    EEXIST: 'it already exists',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'no space is left on the device',
    EROFS: 'the file system is read-only',
    ELOOP: 'its links lead in a circle',
    ENAMETOOLONG: 'its name is too long',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    EADDRINUSE: 'the address is in use',
    EADDRNOTAVAIL: 'this machine has no such address',
  }
  return known[code ?? ''] ?? message
}

/** Why a command cannot be carried out, and what to do. */
export function writeStop(output: Output, { message, help }: Stop): void {
  const style = paint(output)
  output.write(`${style.red('error')}: ${message}\n`)
  if (help !== null) output.write(`  ${style.cyan('help')}: ${help}\n`)
}
