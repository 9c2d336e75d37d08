import type { Address, UnixAddress } from '../../../base/address.ts'
import type { ConfigPath } from '../../../base/config-error.ts'
import { named } from '../explain-schema-errors.ts'
import type { RawListener } from '../raw-config.ts'
import { type Reading, readAddress } from './reading.ts'

const PREFIX = 'unix:'
/** Maximum bytes of a path: systems allow 103 to 107, and the socket is made in a folder beside it, with a longer name. */
const MOST_BYTES = 90

export function isUnixText(text: string | undefined): boolean {
  return text?.startsWith(PREFIX) === true
}

/** Reads the address of a listener, with the permissions of a Unix socket. */
export function readListenerAddress(raw: RawListener, path: ConfigPath, reading: Reading): Address | UnixAddress {
  const { address, group = null } = raw
  if (address === undefined || !isUnixText(address)) {
    if (address !== undefined)
      for (const key of ['mode', 'group'])
        if (key in raw) {
          const at = [...path, key]
          reading.problem(at, `${named(at)} is for Unix sockets (\`address: unix:/run/iap/check.sock\`): remove it`, true)
        }
    return readAddress(address, [...path, 'address'], reading)
  }
  const file = address.slice(PREFIX.length)
  checkFile(file, [...path, 'address'], reading)
  const mode = Number.parseInt(raw.mode ?? (group === null ? '0600' : '0660'), 8)
  checkMode(mode, raw, [...path, 'mode'], reading)
  return { path: file, mode, group }
}

/** The path must be canonical, so that two listeners with the same socket are noticed. */
function checkFile(file: string, at: ConfigPath, reading: Reading): void {
  const { length } = new TextEncoder().encode(file)
  if (!/^(?:\/[^/]+)+$/.test(file) || /\/\.{1,2}(?:\/|$)/.test(file))
    reading.problem(at, `${named(at)} must be the path of a file without \`.\`, \`..\` or empty parts, got \`${file}\``)
  else if (length > MOST_BYTES) reading.problem(at, `${named(at)} must have a path of at most ${MOST_BYTES} bytes, got ${length}`)
}

function checkMode(mode: number, { mode: text, group }: RawListener, at: ConfigPath, reading: Reading): void {
  if ((mode & 0o007) !== 0)
    reading.problem(
      at,
      `${named(at)} is \`${text}\`, by which every user of this machine may ask: expected a mode that gives others nothing, ` +
        'such as `0660` with `group`',
    )
  else if (group !== undefined && (mode & 0o020) === 0)
    reading.problem(at, `${named(at)} is \`${text}\`, by which \`group\` may not ask: expected a mode such as \`0660\``)
}
