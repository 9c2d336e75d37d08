import { resolve } from 'node:path'
import { parseStrictJson } from '../../request/index.ts'
import { resolveSecret } from '../../runtime/base/secret.ts'
import { parseDuration } from '../../runtime/base/units.ts'
import { createKey, type HmacKey, readHmacKey } from '../../runtime/identity/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { KEY_FILE, needed, updateApiKeys } from '../files/api-keys.ts'
import type { Io } from '../io.ts'

const NAME = 'key create'
const IDENTITY = {
  type: 'string',
  value: 'NAME',
  help: 'Identity in the policy that callers with the key get (required)',
} as const
const SUBJECT = { type: 'string', value: 'S', help: 'Owner of the key: the claim `sub` (required)' } as const

export const keyCreate = defineCommand({
  name: NAME,
  summary: 'Create an API key',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    file: KEY_FILE,
    'hmac-key-env': {
      type: 'string',
      value: 'NAME',
      help: 'Environment variable that holds the secret of `keys.hmacKey`',
    },
    'hmac-key': { type: 'string', value: 'FILE', help: 'File that holds the secret of `keys.hmacKey`' },
    identity: IDENTITY,
    subject: SUBJECT,
    claim: { type: 'string', multiple: true, value: 'K=V', help: 'Additional claim with a string value' },
    claims: { type: 'string', value: 'JSON', help: 'Additional claims, as a JSON object' },
    expires: { type: 'string', value: 'TIME', help: 'Lifetime of the key: `90d`, `12h` (default: until it is revoked)' },
  },
  more: `The key is printed once, on standard output, and cannot be shown again. The file stores only a MAC of it, made with
a secret of at least 32 characters that the proxy and this command share: give one of --hmac-key-env and --hmac-key. The
proxy applies the change within a second.

  openssl rand -hex 32 > hmac.key
  iap key create --file keys.json --hmac-key hmac.key \\
    --identity partner --subject acme --claim plan=gold --expires 90d`,
  async run(io, { flags }) {
    const path = needed(NAME, 'file', KEY_FILE, flags.file)
    const identity = needed(NAME, 'identity', IDENTITY, flags.identity)
    const subject = needed(NAME, 'subject', SUBJECT, flags.subject)
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(identity))
      throw new CliError(`\`--identity\` must be a name in the policy (letters, digits and \`_\`), got \`${identity}\``)
    const hmacKey = hmacKeyOf(io, flags['hmac-key-env'], flags['hmac-key'])
    const claims = claimsOf(flags.claims, flags.claim)
    const now = io.clock()
    const { id, text } = createKey()
    const record = {
      id,
      identity,
      subject,
      claims,
      mac: hmacKey.macOf(text).toString('base64url'),
      created: new Date(now).toISOString(),
      expires: expiryOf(flags.expires, now),
      revoked: null,
    }
    updateApiKeys(
      io,
      path,
      (file) => {
        if (file.hmacKey !== hmacKey.fingerprint)
          throw new CliError(
            `the keys of \`${path}\` were created with another secret`,
            'give the secret that the proxy uses, or another file',
          )
        return { ...file, keys: [...file.keys, record] }
      },
      { hmacKey: hmacKey.fingerprint, keys: [] },
    )
    io.stdout.write(`${text}\n`)
    io.stderr.write(`${path}: the key ${id} was created; the key above is not shown again\n`)
    return 0
  },
})

function hmacKeyOf(io: Io, env: string | undefined, file: string | undefined): HmacKey {
  if ((env === undefined) === (file === undefined))
    throw new CliError(
      `\`iap ${NAME}\` needs one of \`--hmac-key-env NAME\` and \`--hmac-key FILE\``,
      'it is the secret of `keys.hmacKey` in the configuration',
    )
  const secret = resolveSecret(env !== undefined ? { env } : { file: file as string }, {
    env: io.env,
    folder: io.cwd,
    readFile(path) {
      const text = io.files.readText(resolve(io.cwd, path))
      if (text === null) throw new Error('the file does not exist; create it, or name another')
      return text
    },
  })
  if (!secret.ok) throw new CliError(secret.message, 'create one with `openssl rand -hex 32`')
  const key = readHmacKey(secret.value)
  if (typeof key === 'string') throw new CliError(`the secret for API keys ${key}`, 'create one with `openssl rand -hex 32`')
  return key
}

function claimsOf(json: string | undefined, pairs: readonly string[]): Readonly<Record<string, unknown>> {
  const claims = new Map<string, unknown>(json === undefined ? [] : Object.entries(objectOf(json)))
  for (const pair of pairs) {
    const at = pair.indexOf('=')
    if (at < 1) throw new CliError(`\`--claim\` must be \`K=V\`, got \`${pair}\``)
    const name = pair.slice(0, at)
    if (claims.has(name))
      throw new CliError(`the claim \`${name}\` is given twice`, 'give it once, with `--claim` or in `--claims`')
    claims.set(name, pair.slice(at + 1))
  }
  if (claims.has('sub')) throw new CliError('the claim `sub` is set by `--subject`', 'use `--subject` instead')
  return Object.fromEntries(claims)
}

function objectOf(json: string): object {
  const parsed = parseStrictJson(json)
  if (!parsed.ok) throw new CliError(`\`--claims\` is not valid JSON: ${parsed.message}`)
  const { value } = parsed
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CliError('`--claims` must be a JSON object such as `{"team": "ops"}`')
  return value
}

function expiryOf(text: string | undefined, now: number): string | null {
  if (text === undefined) return null
  const duration = parseDuration(text)
  const end = now + (duration ?? 0)
  if (!duration || end > MOST) throw new CliError(`\`--expires\` must be a time such as \`90d\` or \`12h\`, got \`${text}\``)
  return new Date(end).toISOString()
}

/** The end of the year 9999. */
const MOST = 253_402_300_799_999
