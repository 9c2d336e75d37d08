import { escapeControls } from '../../runtime/index.ts'
import { LogVerifier, type Report } from '../../runtime/telemetry/audit/verify/index.ts'
import { readHeads } from '../audit/known-heads.ts'
import { readLog } from '../audit/log-files.ts'
import { defineCommand } from '../command.ts'
import { readTrusted } from '../files/keys.ts'
import { FORMAT, wholeNumber } from '../flags.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

const MOST = 20

export const auditVerify = defineCommand({
  name: 'audit verify',
  summary: 'Verify that audit logs are complete and unchanged',
  operands: 'FILE…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    key: {
      type: 'string',
      short: 'k',
      multiple: true,
      value: 'KEY',
      help: 'Verify checkpoints with this public key, a JWK, JWK Set or PEM file (default: do not verify signatures)',
    },
    head: {
      type: 'string',
      multiple: true,
      value: 'FILE|HASH',
      help: 'Known state of the log: an earlier --format json report, or the hash of a record that it must contain',
    },
    partial: { type: 'boolean', help: 'Accept a log that starts before these files or continues after them' },
    most: { type: 'string', value: 'N', help: `Maximum number of faults to print (default: ${MOST})` },
    format: FORMAT,
  },
  more: `The command reports lines that were changed, removed, moved or duplicated. It reads files in the order of their
rotation. Add --partial for a log that is still being written. \`iap docs audit\` describes what the end of a log proves
by itself, and what needs --head or --key.

Exit code 1: the log has faults.

  iap audit verify var/audit.jsonl* --key audit.public.jwk.json`,
  async run(io, { flags, operands }) {
    const verifier = new LogVerifier({
      keys: readTrusted(io, flags.key),
      partial: flags.partial,
      ...readHeads(io, flags.head),
      most: wholeNumber('most', flags.most, MOST),
    })
    await readLog(io, operands, verifier)
    const report = verifier.report()
    if (flags.format === 'json') writeJson(io.stdout, { ok: report.faulty === 0, ...report })
    else show(io, report, flags.key.length > 0)
    return report.faulty === 0 ? 0 : 1
  },
})

function show({ stdout }: Io, { files, records, streams, faults, faulty, notes }: Report, hasKeys: boolean): void {
  const style = paint(stdout)
  const write = (text: string) => stdout.write(`${text}\n`)
  for (const { file, line, code, message, stream } of faults) {
    const of = stream === null ? '' : style.dim(` [${stream}]`)
    write(`${style.bold(`${file}:${line}`)} ${style.red(code)}: ${escapeControls(message)}${of}`)
  }
  if (faulty > faults.length) write(`and ${count(faulty - faults.length, 'fault')} more`)
  for (const { stream, message } of notes)
    write(`${style.yellow('note')}: ${stream === null ? '' : `${stream}: `}${escapeControls(message)}`)
  const signed = streams.filter((stream) => stream.signed !== null).length
  const by = hasKeys ? `, ${signed} signed` : ''
  const what = `${count(records, 'record')} in ${count(files.length, 'file')}, ${count(streams.length, 'stream')}${by}`
  write(faulty === 0 ? `${style.green('✓')} ${what}` : `${style.red('✗')} ${count(faulty, 'fault')}: ${what}`)
}
