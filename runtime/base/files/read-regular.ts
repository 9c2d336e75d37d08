import { closeSync, constants, fstatSync, openSync, readFileSync, type Stats } from 'node:fs'
import { open } from 'node:fs/promises'

/** Opening a named pipe must not wait for its writer. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)

/**
 * Reads a configured file. Files are read again when the configuration is reloaded, so a pipe or device is none: reading it might
 * also never end, and would then keep the program from ending.
 *
 * @throws errors of the file system, and one for a pipe, device or socket
 */
export async function readRegular(path: string): Promise<Buffer> {
  const handle = await open(path, FLAGS)
  try {
    refuseEndless(await handle.stat())
    return await handle.readFile()
  } finally {
    await handle.close()
  }
}

/**
 * Reads a configured file like `readRegular`, at once and as text.
 *
 * @param check receives the status of the opened file before it is read, and may throw
 * @throws the same errors
 */
export function readRegularText(path: string, check?: (found: Stats) => void): string {
  const descriptor = openSync(path, FLAGS)
  try {
    const found = fstatSync(descriptor)
    refuseEndless(found)
    check?.(found)
    return readFileSync(descriptor, 'utf8')
  } finally {
    closeSync(descriptor)
  }
}

/** Reading a folder fails by itself. */
function refuseEndless(found: Stats): void {
  if (!found.isFile() && !found.isDirectory()) throw new Error('expected a regular file, not a pipe or a device')
}
