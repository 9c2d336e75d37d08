import { isKeyId, readKeyId } from '../../runtime/identity/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { KEY_FILE, needed, updateApiKeys } from '../files/api-keys.ts'

const NAME = 'key revoke'

export const keyRevoke = defineCommand({
  name: NAME,
  summary: 'Revoke API keys',
  operands: 'ID…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: { file: KEY_FILE },
  more: `Either all given keys are revoked, or none. The proxy applies the change within a second, also to keys that it has
accepted before. In place of the id you can give the whole key, for example one that leaked. A revoked key stays in the
list; removing its entry from the file revokes it too.`,
  async run(io, { flags, operands }) {
    const path = needed(NAME, 'file', KEY_FILE, flags.file)
    const ids = new Set(operands.map(idOf))
    const now = new Date(io.clock()).toISOString()
    updateApiKeys(io, path, (file) => {
      const unknown = [...ids].find((id) => !file.keys.some((key) => key.id === id))
      if (unknown !== undefined)
        throw new CliError(`\`${path}\` has no key \`${unknown}\``, 'nothing was changed; `iap key list` shows the known ids')
      return { ...file, keys: file.keys.map((key) => (ids.has(key.id) ? { ...key, revoked: key.revoked ?? now } : key)) }
    })
    for (const id of ids) io.stdout.write(`${id} revoked\n`)
    return 0
  },
})

function idOf(text: string): string {
  const id = isKeyId(text) ? text : readKeyId(text)
  // It may be a mistyped secret, so it is not repeated.
  if (id === null)
    throw new CliError('an operand is neither the id of a key (16 letters and digits) nor a key', '`iap key list` shows the ids')
  return id
}
