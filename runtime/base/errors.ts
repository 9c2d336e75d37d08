/** Returns an error's message. A bundle's code can throw anything, even values without a text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** Explains an error of the operating system; `EACCES` is not a sentence. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Readonly<Record<string, string>> = {
    EACCES: 'permission denied',
    EPERM: 'permission denied',
    EBUSY: 'another process is changing it',
    EEXIST: 'it already exists',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of its path is not a folder',
    ENOSPC: 'no space is left on the device',
    EROFS: 'the file system is read-only',
    ELOOP: 'its symbolic links form a loop',
    ENAMETOOLONG: 'its name is too long',
    ERR_ENCODING_INVALID_ENCODED_DATA: 'it is not UTF-8 text',
    EADDRINUSE: 'the address is in use',
    EADDRNOTAVAIL: 'this machine has no such address',
  }
  return known[code ?? ''] ?? message
}

/** Thrown if a store of sessions, limits or revocations is unavailable: callers fail closed. */
export class StoreUnavailable extends Error {}

/** Ends a `switch` over a `kind`: a missing kind is a type error. */
export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}`)
}
