import { resolve } from 'node:path'
import { defineCommand } from '../command.ts'
import { wholeNumber } from '../flags.ts'
import { readSigners } from '../keys.ts'
import { buildPolicy } from '../project/build-policy.ts'
import { checkPaths } from '../project/check-paths.ts'
import { checkSummary, testSummary, writeBroken, writeDiagnostics, writeFailures } from '../report.ts'
import { reasonOf, Stop } from '../stop.ts'
import { count, paint } from '../style.ts'

export const build = defineCommand({
  name: 'build',
  summary: 'check, test and compile policies into a signed bundle',
  operands: 'PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    output: { type: 'string', short: 'o', value: 'FILE', help: 'the bundle to write, by habit *.iapb' },
    sign: { type: 'string', multiple: true, value: 'KEY', help: 'a private signing key, JWK or PEM: `iap keygen` makes one' },
    sequence: { type: 'string', value: 'N', help: 'a proxy never goes back to a lower one; 0 where left out' },
  },
  more: `The same sources, sequence and keys give the same bytes. A failing test leaves no bundle. Invariants are tried on generated requests,
which proves nothing; one that is broken leaves no bundle either, and the request that breaks it is shown as a test.

  iap build policies -o policy.iapb --sign release.private.jwk.json --sequence 42`,
  async run(io, { flags, operands }) {
    const { output } = flags
    if (output === undefined) throw new Stop('`iap build` needs `--output FILE`', 'write `-o policy.iapb`')
    const sequence = wholeNumber('sequence', flags.sequence, 0)
    const signers = readSigners(io, flags.sign)
    const checked = checkPaths(io, operands)
    writeDiagnostics(io.stderr, checked.diagnostics)
    const style = paint(io.stderr)
    if (checked.model === null) {
      io.stderr.write(`${style.red('✗')} nothing was built: ${checkSummary(checked)}\n`)
      return 1
    }
    const built = await buildPolicy(checked.model, checked)
    writeFailures(io.stderr, built.tests)
    if (built.failed > 0) {
      io.stderr.write(`${style.red('✗')} nothing was built: ${testSummary(built.passed, built.failed)}\n`)
      return 1
    }
    const invariants = built.tryInvariants()
    const broken = invariants.filter(({ verdict }) => verdict === 'broken')
    writeBroken(io.stderr, broken, checked.seen)
    if (broken.length > 0) {
      io.stderr.write(`${style.red('✗')} nothing was built: ${count(broken.length, 'invariant')} broken\n`)
      return 1
    }
    const bytes = await built.pack({ sequence, signers, invariants })
    try {
      io.files.replace(resolve(io.cwd, output), bytes)
    } catch (error) {
      throw new Stop(`\`${output}\` cannot be written: ${reasonOf(error)}`)
    }
    if (signers.length === 0)
      io.stderr.write(
        'the bundle is not signed: a proxy takes it only with --insecure-unsigned-bundle; sign it with --sign KEY\n',
      )
    const tried = invariants.length === 0 ? '' : `, ${count(invariants.length, 'invariant')} tried, not proved`
    io.stderr.write(`${style.green('✓')} ${testSummary(built.passed, 0)}${tried}, ${bytes.length} bytes\n`)
    io.stdout.write(`${output} ${built.policy.revision} sequence ${sequence}\n`)
    return 0
  },
})
