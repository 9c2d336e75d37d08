import { checkPaths, makeBundle } from '../../compiler/project/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand } from '../command.ts'
import { readExpires } from '../expires.ts'
import { readSigners } from '../files/keys.ts'
import { writeOutput } from '../files/write-output.ts'
import { SIGN, wholeNumber } from '../flags.ts'
import { checkSummary, invariantSummary, testSummary, writeDiagnostics, writeFailures, writeInvariants } from '../report.ts'
import { count, paint } from '../style.ts'

export const build = defineCommand({
  name: 'build',
  summary: 'Check, test and compile policies into a signed bundle',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'Write the bundle to FILE, usually *.iapb (required)' },
    ...SIGN,
    sequence: { type: 'string', value: 'N', help: 'Sequence number; a proxy never goes back to a lower one (default: 0)' },
    expires: {
      type: 'string',
      value: 'TIME|DURATION',
      help: 'Time, or duration from now such as 90d, after which proxies refuse the bundle (default: never)',
    },
  },
  more: `The same sources, sequence, expiry and keys give an identical file. No bundle is written if a test fails, if an invariant
is broken, or if one cannot be proved and does not say \`allow unknown\`. A request that breaks an invariant is shown as a test.

  iap build policies -o policy.iapb --sign release.private.jwk.json --sequence 42`,
  async run(io, { flags, operands }) {
    const { output } = flags
    if (output === undefined) throw new CliError('`iap build` needs `--output FILE`', 'write `-o policy.iapb`')
    const sequence = wholeNumber('sequence', flags.sequence, 0)
    const expires = readExpires(flags.expires, io.clock())
    const signers = await readSigners(io, flags)
    const checked = checkPaths(io, operands)
    writeDiagnostics(io.stderr, checked.diagnostics)
    const style = paint(io.stderr)
    const nothing = (why: string): 1 => {
      io.stderr.write(`${style.red('✗')} nothing was built: ${why}\n`)
      return 1
    }
    const made = await makeBundle(checked, { sequence, expires, signers })
    if (made.kind === 'errors') return nothing(checkSummary(checked))
    const { built } = made
    writeFailures(io.stderr, built.tests)
    if (made.kind === 'failed') return nothing(testSummary(built.passed, built.failed))
    if (made.kind === 'refused') {
      writeInvariants(io.stderr, made.refused, checked.seen)
      return nothing(invariantSummary(made.refused))
    }
    const { bytes, invariants } = made
    writeOutput(io, output, bytes)
    if (signers.length === 0)
      io.stderr.write(
        'the bundle is not signed: proxies accept it only with --insecure-unsigned-bundle; sign it with --sign KEY\n',
      )
    const left = built.tests.filter(({ evidence }) => evidence === null).length - built.carried()
    if (left > 0)
      io.stderr.write(`the bundle has no room for ${count(left, 'test')}: proxies will not run ${left === 1 ? 'it' : 'them'}\n`)
    const proved = invariants.length === 0 ? '' : `, ${invariantSummary(invariants)}`
    io.stderr.write(`${style.green('✓')} ${testSummary(built.passed, 0)}${proved}, ${bytes.length} bytes\n`)
    io.stdout.write(`${output} ${built.policy.revision} sequence ${sequence}${expires === null ? '' : `, until ${expires}`}\n`)
    return 0
  },
})
