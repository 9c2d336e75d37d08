/**
 * `npm run markdown`: checks Markdown by the rules of `.markdownlint-cli2.jsonc` and those of prose in `rules/`. `baseline.json` counts the breaches that stand today, by file and
 * rule. The check fails if a count rises, and if one falls and the baseline still has the old one. With `--update` it lowers those counts; it
 * raises none. The exit code is 0 if all is well and 1 otherwise.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { LintResult } from 'markdownlint-cli2'
import { type Counts, compareCounts, countNames, lowerCounts } from '../baseline/counts.ts'
import { lintMarkdown } from './lint-markdown.ts'
import { PROSE_RULES } from './rules/prose-rules.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const BASELINE = 'scripts/markdown/baseline.json'
const isUpdate = process.argv.includes('--update')

const breaches = await lintMarkdown(root, PROSE_RULES)
const nameOf = ({ fileName, ruleNames: [code] }: LintResult) => `${fileName} ${code}`
const baseline: Counts = JSON.parse(readFileSync(root + BASELINE, 'utf8'))
const counts = countNames(breaches.map(nameOf))
const { risen, fallen } = compareCounts(baseline, counts)

for (const { name, baseline: allowed } of risen) {
  for (const breach of breaches.filter((one) => nameOf(one) === name)) console.error(textOf(breach))
  if (allowed > 0) console.error(`  ${BASELINE} allows ${allowed} of them`)
}
if (risen.length > 0) console.error('\nCorrect the lines. `npx markdownlint-cli2 --fix` corrects what it can.')

if (isUpdate) {
  writeFileSync(root + BASELINE, `${JSON.stringify(lowerCounts(baseline, counts), null, 2)}\n`)
} else if (fallen.length > 0) {
  for (const { name, baseline: before, now } of fallen) console.error(`${name}: ${now} breaches, and ${BASELINE} says ${before}`)
  console.error('\nRecord the progress with `npm run markdown -- --update`.')
}

const failed = risen.length > 0 || (fallen.length > 0 && !isUpdate)
if (!failed) console.log(`${breaches.length} breaches in ${Object.keys(counts).length} entries of the baseline`)
process.exitCode = failed ? 1 : 0

function textOf({ fileName, lineNumber, ruleNames, ruleDescription, errorDetail, errorRange }: LintResult): string {
  return `${fileName}:${lineNumber}:${errorRange?.[0] ?? 1} ${ruleNames.join('/')} ${ruleDescription}${errorDetail ? ` [${errorDetail}]` : ''}`
}
