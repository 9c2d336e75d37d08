import { addSignatures } from '../../compiler/bundle/index.ts'
import { hasExpired } from '../../runtime/abi/index.ts'
import { ARCHIVE_LIMITS, instantiate, PolicyError, readArchive, readBundle } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { readSigners, readTrusted } from '../files/keys.ts'
import { readBundleFile } from '../files/read-file.ts'
import { writeOutput } from '../files/write-output.ts'
import { KEY, SIGN } from '../flags.ts'
import { paint } from '../style.ts'

export const sign = defineCommand({
  name: 'sign',
  summary: 'Add a signature to a bundle',
  operands: 'FILE',
  takes: { least: 1, most: 1 },
  flags: {
    ...SIGN,
    key: { ...KEY, help: 'Require an existing signature by this public key' },
    output: {
      type: 'string',
      short: 'o',
      value: 'FILE',
      help: 'Write the signed bundle to FILE (default: replace the input)',
    },
  },
  more: `A signature vouches for the contents of the bundle. Before you sign, look at them with \`iap inspect\`, and check with
\`iap verify --rebuild\` that the code matches its sources. Existing signatures are kept. The order of signing does not matter.

  iap sign policy.iapb --sign security.private.jwk.json --key release.public.jwk.json`,
  async run(io, { flags, operands }): Promise<ExitCode> {
    const file = operands[0] as string
    const signers = await readSigners(io, flags)
    if (signers.length === 0) throw new CliError('`iap sign` needs `--sign KEY`', 'name a private key: `iap keygen` makes one')
    const bytes = readBundleFile(io, file)
    const read = await readBundle(bytes, { keys: flags.key.length === 0 ? 'unverified' : readTrusted(io, flags.key) })
    const style = paint(io.stderr)
    const nothing = (message: string, code: string): 1 => {
      io.stderr.write(`${style.red('✗')} ${file}: ${message} (${code})\n`)
      return 1
    }
    if (!read.ok) return nothing(read.message, read.code)
    const { revision, sequence, expires } = read.bundle.manifest
    // Signs nothing that proxies would refuse or could not load.
    if (hasExpired(read.bundle.manifest, io.clock())) return nothing(`the candidate expired at ${expires}`, 'expired')
    try {
      instantiate(read.bundle)
    } catch (error) {
      if (error instanceof PolicyError) return nothing(error.message, error.code)
      throw error
    }
    const signed = await addSignatures(await readArchive(bytes, ARCHIVE_LIMITS), signers)
    const output = flags.output ?? file
    writeOutput(io, output, signed)
    const all = [...new Set([...read.bundle.signers, ...signers.map(({ kid }) => kid)])].sort()
    const until = expires === undefined ? '' : `, until ${expires}`
    io.stdout.write(`${output} ${revision} sequence ${sequence}${until}, signed by ${all.join(', ')}\n`)
    return 0
  },
})
