import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'

const schema = JSON.parse(readFileSync(new URL('../../cli/schemas/code-quality.schema.json', import.meta.url), 'utf8'))
const isReport = new Ajv2020({ allErrors: true }).compile(schema)

/** What is wrong with a report of GitLab's Code Quality; empty: nothing. GitLab wants each fingerprint once. */
export function codeQualityFaults(report: unknown): readonly string[] {
  if (!isReport(report)) return (isReport.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`)
  const fingerprints = (report as readonly { readonly fingerprint: string }[]).map(({ fingerprint }) => fingerprint)
  return fingerprints.filter((one, at) => fingerprints.indexOf(one) < at).map((one) => `${one} is there twice`)
}
