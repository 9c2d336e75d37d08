import { type Diagnostic, nearest, type Outline, outlineOpenapi, readDocument } from '../../language/index.ts'
import { escapeControls } from '../../runtime/index.ts'
import { readLearned } from '../../runtime/proxy/discovery/index.ts'
import { kindOf } from '../../runtime/telemetry/audit/query/index.ts'
import { readLog } from '../audit/log-files.ts'
import { recordReader } from '../audit/record-reader.ts'
import { CliError } from '../cli-error.ts'
import { readTextFile } from '../files/read-file.ts'
import type { Io } from '../io.ts'
import { placeOf, writeDiagnostics } from '../report.ts'
import { count, paint } from '../style.ts'
import { addDocument } from './add-document.ts'
import { addLearned } from './add-learned.ts'
import { isAnswered, LogCollector } from './add-log.ts'
import { addManifests } from './add-manifests.ts'
import type { Inventory } from './inventory.ts'
import { readManifests } from './read-manifests.ts'

/** The files from which an inventory is made, by kind. */
export interface Sources {
  /** OpenAPI documents: `FILE` or `SERVICE=FILE`. */
  readonly openapi: readonly string[]
  readonly audit: readonly string[]
  readonly learned: readonly string[]
  readonly kubernetes: readonly string[]
}

/**
 * Reads all files into the inventory. OpenAPI documents come first: they have path templates, with which paths of other sources
 * are matched.
 *
 * @throws CliError if a source cannot be read
 */
export async function readSources(io: Io, inventory: Inventory, { openapi, audit, learned, kubernetes }: Sources): Promise<void> {
  for (const word of openapi) readOpenapi(io, inventory, word)
  for (const file of kubernetes) {
    const manifests = readManifests(readTextFile(io, file))
    if (typeof manifests === 'string') throw new CliError(`\`${file}\` cannot be read: ${manifests}`)
    if (manifests.length === 0) note(io, `${file}: no manifest is a Service`)
    addManifests(inventory, file, manifests)
  }
  for (const file of learned) {
    const found = readLearned(readTextFile(io, file))
    if (found === null)
      throw new CliError(`\`${file}\` was not written by \`iap run --learn\``, 'give the FILE of `iap run --learn FILE`')
    addLearned(inventory, file, found)
  }
  if (audit.length > 0) await readAudit(io, inventory, audit)
}

function readOpenapi(io: Io, inventory: Inventory, word: string): void {
  const [, service = null, file = word] = /^([A-Za-z_]\w*)=(.+)$/s.exec(word) ?? []
  const mistakes: Diagnostic[] = []
  const document = readDocument({ name: file, text: readTextFile(io, file) }, mistakes)
  const outline: Outline | null = document && outlineOpenapi(document, mistakes)
  if (outline === null) {
    writeDiagnostics(io.stderr, mistakes)
    throw new CliError(`\`${file}\` cannot be read`, 'give an OpenAPI document of version 3.0 or 3.1, as JSON or YAML')
  }
  // Reports what is left out, as the reader must know that there is more.
  for (const { message, span } of mistakes) note(io, `${placeOf(span)}: ${message}`)
  if (service !== null) requireName(inventory, word, service, outline)
  addDocument(inventory, file, service, outline)
}

/** Rejects a mistyped service at a host that the policy has, as all of its operations would be drafted anew. */
function requireName({ map }: Inventory, word: string, service: string, { hosts }: Outline): void {
  if (map.service(service) !== null) return
  const host = hosts.find((one) => map.servicesNamed(one).length > 0)
  if (host === undefined) return
  const there = map.servicesNamed(host).map(({ name }) => name)
  throw new CliError(
    `\`--openapi ${word}\`: the policy has no service \`${service}\`, but has another one at \`${host}\``,
    `did you mean \`${nearest(service, there) ?? there[0]}\`?`,
  )
}

async function readAudit(io: Io, inventory: Inventory, files: readonly string[]): Promise<void> {
  const collector = new LogCollector(inventory)
  let file = ''
  let unreadable = 0
  let read = { lines: 0, records: 0, answered: 0 }
  const reader = recordReader((record) => {
    read.lines++
    if (record === null) {
      unreadable++
      return
    }
    if (isAnswered(record)) read.answered++
    // Records of requests and of other events; the rest comes from other software.
    if (isAnswered(record) || kindOf(record) !== 'request') read.records++
    collector.add(record, file)
  })
  await readLog(io, files, {
    ...reader,
    begin: (name) => {
      file = name
      read = { lines: 0, records: 0, answered: 0 }
    },
    endFile: () => {
      reader.endFile()
      // With such a file every route would be unseen.
      if (read.lines > 0 && read.records === 0)
        throw new CliError(
          `\`${file}\` is not an audit log of the format \`iap\``,
          'logs of the format `ocsf` cannot be compared',
        )
      if (read.answered === 0) note(io, `${file}: it has no requests`)
    },
    get lines() {
      return reader.lines
    },
  })
  collector.finish()
  if (unreadable > 0) note(io, `${count(unreadable, 'line')} skipped: not a record`)
}

function note({ stderr }: Io, text: string): void {
  stderr.write(`${paint(stderr).yellow('note')}: ${escapeControls(text)}\n`)
}
