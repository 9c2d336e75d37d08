import { hasExpired } from '../../runtime/abi/index.ts'
import { resolveSecret } from '../../runtime/base/secret.ts'
import { parseReference, type Reference, readBundle } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { readKeyTexts, readTrusted } from '../files/keys.ts'
import { readBundleFile } from '../files/read-file.ts'
import { KEY } from '../flags.ts'
import type { Io } from '../io.ts'
import { attestationSigner } from '../push/attestation-key.ts'
import { type BuildOrigin, provenanceOf, signedEnvelope } from '../push/provenance.ts'
import { bundleManifest, digestOf, pushArtifact } from '../push/push-artifact.ts'
import { paint } from '../style.ts'

export const push = defineCommand({
  name: 'push',
  summary: 'Push a signed bundle to an OCI registry, with an attestation',
  operands: 'FILE REFERENCE',
  takes: { least: 2, most: 2 },
  flags: {
    key: { ...KEY, help: 'Require a signature by this public key' },
    username: { type: 'string', value: 'NAME', help: 'User of the registry (default: none)' },
    'password-env': { type: 'string', value: 'NAME', help: 'Environment variable with the password or token of that user' },
    attest: {
      type: 'string',
      multiple: true,
      value: 'KEY|-',
      help: 'Attest with the private key in this file, or on standard input: Ed25519 or P-256, a JWK or PEM',
    },
    'attest-env': {
      type: 'string',
      multiple: true,
      value: 'NAME',
      help: 'Attest with the private key in this environment variable',
    },
    builder: { type: 'string', value: 'URI', help: 'What built the bundle, such as the workflow (required to attest)' },
    run: { type: 'string', value: 'URI', help: 'The run of the builder' },
    source: { type: 'string', value: 'URI', help: 'The repository of the sources, such as git+https://git.example/shop' },
    commit: { type: 'string', value: 'HASH', help: 'The commit of the sources' },
  },
  more: `REFERENCE is \`oci://HOST/REPOSITORY:TAG\`. Proxies follow it as \`bundle.source\`. The tag is set after everything
else is there. An unsigned or expired bundle is not pushed.

The attestation says what built the bundle, from which commit: SLSA provenance in a DSSE envelope, where
\`cosign verify-attestation --type slsaprovenance1\` finds it.

  iap push policy.iapb oci://registry.example/policies:production --username ci --password-env TOKEN
  iap push policy.iapb oci://localhost:5000/policies:a --attest key.jwk --builder https://ci.example`,
  async run(io, { flags, operands }) {
    const [file, target] = operands as [string, string]
    const reference = parseReference(target)
    if (reference === null || reference.reference.startsWith('sha256:'))
      throw new CliError(
        `\`${target}\` is not the reference of an artifact by its tag`,
        'write `oci://HOST/REPOSITORY:TAG`, such as `oci://registry.example/shop/policies:production`',
      )
    const keys = await readKeyTexts(io, 'attest', flags.attest, flags['attest-env'])
    if (keys.length > 1) throw new CliError('an attestation has one key, and several are given', 'give one of them')
    const signer = keys[0] === undefined ? null : attestationSigner(keys[0])
    const origin = originOf(flags)
    if (signer !== null && origin === null)
      throw new CliError('an attestation needs `--builder URI`', 'name what built the bundle, such as the workflow')
    if (signer === null && origin !== null)
      throw new CliError('`--builder` needs `--attest KEY`', 'give the key that attests, or no origin')
    const password = passwordOf(io, flags.username, flags['password-env'])

    const bytes = readBundleFile(io, file)
    const read = await readBundle(bytes, { keys: flags.key.length === 0 ? 'unverified' : readTrusted(io, flags.key) })
    const style = paint(io.stderr)
    const nothing = (why: string): 1 => {
      io.stderr.write(`${style.red('✗')} ${file}: nothing was pushed: ${why}\n`)
      return 1
    }
    if (!read.ok) return nothing(`${read.message} (${read.code})`)
    const { manifest, signers } = read.bundle
    if (signers.length === 0) return nothing('the bundle is not signed: sign it with `iap sign`')
    if (hasExpired(manifest, io.clock())) return nothing(`the bundle expired at ${manifest.expires}`)

    const digest = digestOf(bundleManifest(bytes))
    const name = nameOf(reference)
    const envelope =
      signer === null || origin === null
        ? null
        : signedEnvelope(provenanceOf(name, digest.slice('sha256:'.length), manifest, origin), signer)
    const settings = '`--username` and `--password-env`'
    const options = { ...reference, username: flags.username ?? null, password, settings, renews: true }
    await pushArtifact(options, bytes, envelope, io.interruption())
    io.stderr.write(`${style.green('✓')} ${target} sequence ${manifest.sequence}${envelope === null ? '' : ', attested'}\n`)
    io.stdout.write(`oci://${name}@${digest}\n`)
    return 0
  },
})

function nameOf({ origin, repository }: Reference): string {
  return `${new URL(origin).host}/${repository}`
}

interface OriginFlags {
  readonly builder: string | undefined
  readonly run: string | undefined
  readonly source: string | undefined
  readonly commit: string | undefined
}

function originOf({ builder, run, source, commit }: OriginFlags): BuildOrigin | null {
  for (const [name, uri] of Object.entries({ builder, run, source }))
    if (uri !== undefined && !(URL.canParse(uri) && /^[\x21-\x7e]{1,2000}$/.test(uri)))
      throw new CliError(`\`--${name}\` must be a URI, got \`${uri}\``)
  if (commit !== undefined && !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit))
    throw new CliError(`\`--commit\` must be the hash of a commit, 40 or 64 hexadecimal digits, got \`${commit}\``)
  if ((source === undefined) !== (commit === undefined))
    throw new CliError('`--source` and `--commit` belong together', 'give both, or neither')
  if (builder === undefined && (run ?? source) !== undefined)
    throw new CliError('`--run`, `--source` and `--commit` need `--builder URI`')
  if (builder === undefined) return null
  return { builder, run: run ?? null, source: source === undefined || commit === undefined ? null : { uri: source, commit } }
}

function passwordOf(io: Io, username: string | undefined, variable: string | undefined): (() => string) | null {
  if ((username === undefined) !== (variable === undefined))
    throw new CliError('`--username` and `--password-env` belong together', 'give both, or neither')
  if (variable === undefined) return null
  const secret = resolveSecret({ env: variable }, { env: io.env, folder: io.cwd })
  if (!secret.ok) throw new CliError(secret.message, 'set it to the password or token of the registry')
  return () => secret.value
}
