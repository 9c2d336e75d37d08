import { resolve } from 'node:path'
import { meaningOf } from '../../compiler/project/index.ts'
import { measureCoverage } from '../../compiler/testing/index.ts'
import { nearest } from '../../language/index.ts'
import { reasonOf } from '../../runtime/base/errors.ts'
import { escapeControls } from '../../runtime/index.ts'
import { CliError } from '../cli-error.ts'
import { defineCommand, type Flag } from '../command.ts'
import { loadPolicy } from '../files/load-policy.ts'
import { KEY } from '../flags.ts'
import { type Draft, draftOf } from '../inventory/draft.ts'
import { type Finding, findingsOf, KINDS, type Kind } from '../inventory/findings.ts'
import { Inventory } from '../inventory/inventory.ts'
import { readSources } from '../inventory/read-sources.ts'
import { showFindings, summaryOf } from '../inventory/show-findings.ts'
import type { Io } from '../io.ts'
import { writeJson } from '../report.ts'
import { count, paint } from '../style.ts'

function files(value: string, help: string): Flag & { readonly type: 'string'; readonly multiple: true } {
  return { type: 'string', multiple: true, value, help }
}

export const inventory = defineCommand({
  name: 'inventory',
  summary: 'Compare a policy with the APIs that exist, and draft what it lacks',
  operands: 'BUNDLE|PATH…',
  takes: { least: 1, most: Number.POSITIVE_INFINITY },
  flags: {
    openapi: files('FILE', 'OpenAPI document of a service; `SERVICE=FILE` names the service'),
    audit: files('FILE', 'Audit log of the proxy'),
    learned: files('FILE', 'File written by `iap run --learn`'),
    kubernetes: files('FILE', 'Kubernetes manifests; only Services are read'),
    format: {
      type: 'string',
      value: 'text|json|iap',
      oneOf: ['text', 'json', 'iap'],
      help: 'Write for people, for programs, or the draft alone (default: text)',
    },
    output: { type: 'string', short: 'o', value: 'FILE', help: 'Write the draft to FILE, which must not exist' },
    'fail-on': {
      type: 'string',
      value: 'KINDS',
      help: 'Exit with 1 if there are findings of these kinds, such as `unknown,untested`',
    },
    key: KEY,
  },
  more: `Kinds of findings:

  unknown     described, requested or deployed, but not in the policy
  renamed     known elsewhere by another name
  unseen      in the policy, but in none of the other sources
  needed      requested by callers, but permitted by no rule
  unlabelled  a route without a label
  uncovered   a route that no rule is on
  untested    a route that no test requests

The draft has a \`service\` block for everything unknown, with suggested labels. It type-checks and permits nothing.

  iap inventory policies --openapi orders=openapi/orders.yaml --audit var/audit.jsonl -o draft.iap
  iap inventory policies --learned var/learned.json --fail-on unknown,uncovered`,
  async run(io, { flags, operands }) {
    const failing = kindsOf(flags['fail-on'])
    const { output, key, format } = flags
    const loaded = await loadPolicy(io, operands, key, 'compared')
    if (loaded === null) return 1
    const { policy } = loaded
    const { model } = loaded.explained()
    const found = new Inventory(model)
    await readSources(io, found, flags)
    if ([flags.openapi, flags.audit, flags.learned, flags.kubernetes].every((given) => given.length === 0))
      io.stderr.write(
        'note: there is nothing to compare the policy with: give `--openapi`, `--audit`, `--learned` or `--kubernetes`\n',
      )
    const { routes } = measureCoverage(model, meaningOf(model, policy))
    const findings = findingsOf(found, model, new Map(routes.map(({ name, tests }) => [name, tests])))
    const draft = draftOf(found, model)
    if (output !== undefined) writeDraft(io, output, draft)
    if (format === 'json') writeJson(io.stdout, inventoryJson(findings, draft, found.beyond))
    else if (format === 'iap') io.stdout.write(draft?.text ?? '')
    else io.stdout.write(showFindings(findings, paint(io.stdout)))
    reportMore(io, found.beyond, draft)
    const failed = findings.filter(({ kind }) => failing.includes(kind))
    if (failed.length === 0) return 0
    io.stderr.write(`--fail-on: ${summaryOf(failed)}\n`)
    return 1
  },
})

function kindsOf(text: string | undefined): readonly Kind[] {
  return (text?.split(',') ?? []).map((word) => {
    const kind = KINDS.find((one) => one === word.trim())
    if (kind !== undefined) return kind
    const near = nearest(word, KINDS)
    throw new CliError(
      `\`--fail-on\` cannot be \`${word}\``,
      near === null ? `it is one or more of ${KINDS.join(', ')}` : `did you mean \`${near}\`?`,
    )
  })
}

/** Never overwrites a file, as people edit drafts. */
function writeDraft(io: Io, file: string, draft: Draft | null): void {
  if (draft === null) {
    io.stderr.write('nothing to draft\n')
    return
  }
  try {
    io.files.create(resolve(io.cwd, file), draft.text)
  } catch (error) {
    throw new CliError(`\`${file}\` cannot be written: ${reasonOf(error)}`)
  }
  io.stderr.write(`${file}: ${count(draft.services, 'service')}, ${count(draft.routes, 'route')}\n`)
}

function reportMore(io: Io, beyond: number, draft: Draft | null): void {
  for (const each of draft?.leftOut ?? []) io.stderr.write(`not drafted: ${escapeControls(each)}\n`)
  if (beyond > 0)
    io.stderr.write(`${count(beyond, 'request')} not classified: there were too many, or the host or method is invalid\n`)
}

function inventoryJson(findings: readonly Finding[], draft: Draft | null, beyond: number): object {
  const counts = Object.fromEntries(KINDS.map((kind) => [kind, findings.filter((one) => one.kind === kind).length]))
  return { findings, counts, beyond, draft: draft && { text: draft.text, leftOut: draft.leftOut } }
}
