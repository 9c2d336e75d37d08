/** What was thrown, for a message. Code of a bundle can throw anything, even what cannot be made into a text. */
export function messageOf(error: unknown): string {
  try {
    return String(error instanceof Error ? error.message : error)
  } catch {
    return 'something that cannot be shown'
  }
}

/** Returns what the operating system says about a file or an address, as a sentence: `EACCES` is not one. */
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

/** What keeps sessions, rate limits or revocations cannot be asked: whoever waits for the answer fails closed. */
export class StoreUnavailable extends Error {}
