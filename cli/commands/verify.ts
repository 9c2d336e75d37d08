import { type Rebuilt, rebuildBundle } from '../../compiler/project/index.ts'
import { hasExpired } from '../../runtime/abi/index.ts'
import { type Bundle, readBundle } from '../../runtime/policy/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type ExitCode } from '../command.ts'
import { readTrusted } from '../files/keys.ts'
import { readBundleFile } from '../files/read-file.ts'
import { FORMAT, KEY, wholeNumber } from '../flags.ts'
import type { Io } from '../io.ts'
import { carriedTests, writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

export const verify = defineCommand({
  name: 'verify',
  summary: 'Verify that a bundle is intact and signed by a trusted key',
  operands: 'FILE',
  takes: { least: 1, most: 1 },
  flags: {
    key: KEY,
    signatures: { type: 'string', value: 'N', help: 'Number of keys that must have signed (default: 1)' },
    rebuild: { type: 'boolean', help: 'Rebuild the bundle from its sources, and compare every byte' },
    format: FORMAT,
  },
  more: `A signature shows who vouches for a bundle, not that its code matches its sources. With --rebuild the command
checks, compiles and tests the sources in the bundle, and compares code, source map, validators and manifest. Another
version of \`iap\` may compile the same sources to other code, and is then reported as \`other-compiler\`.

Exit code 1: the bundle is damaged, has expired, lacks a trusted signature, or differs from its rebuilt sources.

  iap verify policy.iapb --key release.public.jwk.json --rebuild`,
  async run(io, { flags, operands }) {
    const file = operands[0] as string
    if (flags.key.length === 0) throw new CliError('`iap verify` needs `--key KEY`', 'name the public keys that may sign')
    const keys = readTrusted(io, flags.key)
    const signatures = wholeNumber('signatures', flags.signatures, 1)
    const most = new Set(keys.map(({ kid }) => kid)).size
    if (signatures < 1 || signatures > most)
      throw new CliError(`\`--signatures\` must be from 1 to the number of keys (${most}), got \`${signatures}\``)
    const report = reporter(io, file, flags.format === 'json')
    const read = await readBundle(readBundleFile(io, file), { keys, signatures })
    if (!read.ok) return report.refusal(read.code, read.message)
    const rebuilt = flags.rebuild ? await rebuildBundle(read.bundle) : null
    if (rebuilt !== null && rebuilt.differences.length > 0) return report.different(rebuilt)
    // Last, as everything else about an expired bundle can still be reported.
    const { manifest } = read.bundle
    if (hasExpired(manifest, io.clock()))
      return report.refusal('expired', `it is intact and signed, but expired at ${manifest.expires}`)
    return report.good(read.bundle, rebuilt)
  },
})

/** Writes the result as text or JSON. */
function reporter(io: Io, file: string, json: boolean) {
  const { stdout } = io
  const style = paint(stdout)
  return {
    refusal(code: string, message: string): ExitCode {
      if (json) writeJson(stdout, { ok: false, file, code, message })
      else stdout.write(`${style.red('✗')} ${file}: ${message} (${code})\n`)
      return 1
    },
    good(bundle: Bundle, rebuilt: Rebuilt | null): ExitCode {
      const { manifest, verifiedBy } = bundle
      const { revision, sequence, expires } = manifest
      const tests = carriedTests(bundle)
      if (json)
        writeJson(stdout, {
          ok: true,
          file,
          revision,
          sequence,
          ...(expires !== undefined && { expires }),
          tests,
          verifiedBy,
          ...(rebuilt && { rebuilt: { compiler: rebuilt.compiler } }),
        })
      else {
        const built = rebuilt === null ? '' : ', reproduced from its sources'
        const until = expires === undefined ? '' : `, until ${expires}`
        const tried = tests === 0 ? '' : `, with ${count(tests, 'test')} for proxies to run`
        const signed = `signed by ${verifiedBy.join(', ')}`
        stdout.write(`${style.green('✓')} ${file}: ${revision} sequence ${sequence}${until}, ${signed}${tried}${built}\n`)
      }
      return 0
    },
    different({ compiler, differences }: Rebuilt): ExitCode {
      const other = compiler.bundle !== compiler.here
      const code = other ? 'other-compiler' : 'not-reproduced'
      const message = other
        ? `it was compiled by ${compiler.bundle}, but ${compiler.here} compiles its sources to other code: ` +
          'verify it with the same version'
        : 'it differs from what its sources compile to'
      if (json) writeJson(stdout, { ok: false, file, code, message, compiler, differences })
      else {
        for (const one of differences) stdout.write(`${one.entry} ${one.message}\n`)
        stdout.write(`${style.red('✗')} ${file}: ${message} (${code})\n`)
      }
      return 1
    },
  }
}
