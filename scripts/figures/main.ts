/**
 * `npm run figures -- [--verbose] [--update] [--root FOLDER]`: measures the structure of the product: import circles, shared
 * names, small files, crowded folders, long lines and words. `baseline.json` has the figures that were reached: the check fails
 * if one rises, and if one falls and the baseline still has the old one. With `--update` it lowers those; it raises none.
 * `--root` measures the checkout of another commit, and compares with nothing.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { type Counts, compareCounts, lowerCounts } from '../baseline/counts.ts'
import { measure } from './figures.ts'
import { readProductFiles } from './read-product-files.ts'
import { breachesOf, WORDS } from './words.ts'

const BASELINE = fileURLToPath(new URL('baseline.json', import.meta.url))

/** Folders of like things: a file is found by the name of the thing, and nobody reads them in turn. */
const LISTS = [
  'cli/commands',
  'compiler/passes',
  'language/builtins',
  'language/lint/conditions',
  'language/lint/decisions',
  'language/lint/routes',
  'language/lint/unused',
  'runtime/server/config/sections',
]

const { values } = parseArgs({
  options: {
    verbose: { type: 'boolean', default: false },
    update: { type: 'boolean', default: false },
    root: { type: 'string' },
  },
})
const root = values.root ?? fileURLToPath(new URL('../../', import.meta.url))
const files = readProductFiles(root)
const figures = measure(files, LISTS)

const found: Readonly<Record<string, readonly string[]>> = {
  'circles of imports, types included': figures.circles.map((circle) => `${circle.length} files: ${circle.join(' ')}`),
  'names that three or more files export': [...figures.sharedNames].map(([name, paths]) => `${name}: ${paths.join(' ')}`),
  'files of twelve lines or fewer': figures.smallFiles,
  'folders of more than twenty files': [...figures.crowdedFolders].map(([folder, count]) => `${folder}: ${count}`),
  'lines of more than 130 columns': figures.longLines,
  'rules for words that are broken': WORDS.flatMap((rule) => {
    const breaches = breachesOf(rule, files)
    return breaches.length === 0 ? [] : [`${rule.word} (${rule.kind}) → ${rule.becomes}: ${breaches.join(', ')}`]
  }),
}
for (const [name, places] of Object.entries(found)) {
  console.log(`${String(places.length).padStart(6)} ${name}`)
  if (values.verbose) for (const place of places) console.log(`       ${place}`)
}
const total = [...figures.lines.values()].reduce((sum, lines) => sum + lines, 0)
const byPackage = [...figures.lines].map(([name, lines]) => `${name} ${lines}`).join(', ')
console.log(`${String(total).padStart(6)} lines of the product in ${files.length} files: ${byPackage}`)

if (values.root === undefined) {
  const counts: Counts = Object.fromEntries(Object.entries(found).map(([name, { length }]) => [name, length]))
  const baseline: Counts = JSON.parse(readFileSync(BASELINE, 'utf8'))
  const { risen, fallen } = compareCounts(baseline, counts)
  for (const { name, baseline: allowed } of risen) console.error(`${name}: more than ${allowed}; \`--verbose\` lists them`)
  if (values.update) writeFileSync(BASELINE, `${JSON.stringify(lowerCounts(baseline, counts), null, 2)}\n`)
  else for (const { name } of fallen) console.error(`${name}: record the progress with \`npm run figures -- --update\``)
  if (risen.length > 0 || (fallen.length > 0 && !values.update)) process.exitCode = 1
}
