/**
 * Returns the message of a thrown value, for logs. The value need not be an `Error`, and may even have no text, because the code
 * of a bundle can throw anything.
 */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** Explains an error of the operating system in words, instead of a code such as `EACCES`. */
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

/** Error for a store of sessions, limits or revocations that does not respond. The request that needs it must be refused. */
export class StoreUnavailable extends Error {}

/** Marks the end of an exhaustive `switch`: a missing case is a type error. */
export function unreachable(value: never): never {
  throw new Error(`unexpected ${JSON.stringify(value)}: this is a bug in iap; report it`)
}
