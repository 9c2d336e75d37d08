import { createPublicKey } from 'node:crypto'
import { resolve } from 'node:path'
import { generateSigningKey, privateJwk, publicJwk } from '../../compiler/bundle/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { readSignerFile } from '../files/keys.ts'
import { kindOfFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'

export const keygen = defineCommand({
  name: 'keygen',
  summary: 'Generate a key for signing bundles',
  operands: '',
  takes: { least: 0, most: 0 },
  flags: {
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Write the private key to FILE, readable only by you (default: standard output)',
    },
    public: { type: 'string', value: 'FILE', help: 'Write the public key to FILE, for `bundle.keys` and `iap verify`' },
    from: { type: 'string', value: 'KEY', help: 'Convert this private key, JWK or PEM, to JWK instead of generating one' },
  },
  more: `Keys are Ed25519, written as JWK (RFC 8037). Existing files are not overwritten. With --output and without --public, the
public key is printed. With --from and --public and without --output, only the public key is written. A public key in a file
*.pem is PEM, as cosign reads it.

  iap keygen -o release.private.jwk.json --public release.public.jwk.json`,
  async run(io, { flags }) {
    const key = flags.from === undefined ? generateSigningKey() : readSignerFile(io, flags.from, '--from')
    if (key === undefined) throw new Error('unreachable')
    const privateText = `${JSON.stringify(privateJwk(key), null, 2)}\n`
    const publicText = flags.public?.endsWith('.pem')
      ? createPublicKey(key.key).export({ type: 'spki', format: 'pem' }).toString()
      : `${JSON.stringify(publicJwk(key), null, 2)}\n`
    // Checks both first: half a pair is worse than none.
    for (const path of [flags.output, flags.public]) {
      if (path !== undefined && kindOfFile(io, path) !== null) throw taken(path)
    }
    // Somebody who wants the public half of an existing key wants no secret on the terminal.
    const onlyPublic = flags.from !== undefined && flags.public !== undefined && flags.output === undefined
    if (flags.output === undefined) {
      if (!onlyPublic) io.stdout.write(privateText)
    } else {
      create(io, flags.output, privateText, 0o600)
      io.stderr.write(`${flags.output}: the private key ${key.kid}; keep it secret\n`)
    }
    if (flags.public !== undefined) {
      create(io, flags.public, publicText, 0o644)
      io.stderr.write(`${flags.public}: the public key, for proxies\n`)
    } else if (flags.output !== undefined) io.stdout.write(publicText)
    return 0
  },
})

function create(io: Io, path: string, text: string, mode: number): void {
  try {
    io.files.create(resolve(io.cwd, path), text, mode)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw taken(path)
    throw new CliError(`\`${path}\` cannot be written: ${reasonOf(error)}`)
  }
}

function taken(path: string): CliError {
  return new CliError(`\`${path}\` already exists`, 'keys are not overwritten: give another name, or delete the file')
}
