import { isKeyId, readKeyId } from '../../runtime/identity/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { KEY_FILE, needed, updateApiKeys } from '../files/api-keys.ts'

const NAME = 'key revoke'

export const keyRevoke = defineCommand({
  name: NAME,
  summary: 'make API keys count no longer',
  operands: 'ID…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { file: KEY_FILE },
  more: `The proxy takes the change within a second, for keys too that it has recognized before. All of them are revoked, or \
none. In place of its id a whole key may be given, as it was
found. A revoked key stays in the list; whoever removes its line from the file revokes it as well.`,
  async run(io, { flags, operands }) {
    const path = needed(NAME, 'file', KEY_FILE, flags.file)
    const ids = new Set(operands.map(idOf))
    const now = new Date(io.clock()).toISOString()
    updateApiKeys(io, path, (file) => {
      const unknown = [...ids].find((id) => !file.keys.some((key) => key.id === id))
      if (unknown !== undefined)
        throw new CliError(
          `\`${path}\` has no key \`${unknown}\``,
          'nothing was changed; `iap key list` shows those that there are',
        )
      return { ...file, keys: file.keys.map((key) => (ids.has(key.id) ? { ...key, revoked: key.revoked ?? now } : key)) }
    })
    for (const id of ids) io.stdout.write(`${id} revoked\n`)
    return 0
  },
})

function idOf(text: string): string {
  const id = isKeyId(text) ? text : readKeyId(text)
  // It may be a mistyped secret, so it is not repeated.
  if (id === null) throw new CliError('what should be revoked is neither the id of a key (16 letters and digits) nor a key')
  return id
}
