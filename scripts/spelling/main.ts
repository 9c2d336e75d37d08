/**
 * `npm run spelling`: checks the spelling of prose, comments and names. It fails on a word that neither cspell's dictionaries nor the lists beside
 * this file have, on more uses of a misspelling than `baseline.json` counts, and on an entry that nothing needs any longer. With `--update` it
 * removes what is not needed; it adds nothing. The exit code is 0 if all is well and 1 otherwise.
 */

import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfigFile } from 'cspell-lib'
import { type Counts, compareCounts, lowerCounts } from '../baseline/counts.ts'
import { checkWords, keyOf } from './check-words.ts'
import { findUnknownWords } from './find-unknown-words.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const PROJECT = 'scripts/spelling/project-words.txt'
const SAMPLE = 'scripts/spelling/sample-words.txt'
const BASELINE = 'scripts/spelling/baseline.json'
const UPDATE = 'npm run spelling -- --update'

const read = (file: string) => readFileSync(join(root, file), 'utf8')
const readWords = (file: string) => read(file).split('\n').filter(Boolean)
const writeWords = (file: string, words: readonly string[]) =>
  writeFileSync(join(root, file), words.map((word) => `${word}\n`).join(''))

/** Files that git has or would add, by the patterns of `cspell.config.yaml`. */
function filesOf(patterns: readonly unknown[], ignored: readonly unknown[] = []): readonly string[] {
  const pathspecs = [...patterns.map((one) => `:(glob)${one}`), ...ignored.map((one) => `:(exclude,glob)${one}`)]
  const listing = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', ...pathspecs], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 64 * 2 ** 20,
  })
  return [...new Set(listing.split('\0').filter(Boolean))]
}

const { settings } = await readConfigFile(join(root, 'cspell.config.yaml'))
const files = filesOf(settings.files ?? [], settings.ignorePaths)
const samples = new Set(filesOf((settings.overrides ?? []).flatMap(({ filename }) => filename)))

// The project's own lists are left out, so that one check says both which words are missing from them and which are not needed.
const uses = await findUnknownWords(root, files, { ...settings, dictionaries: [], dictionaryDefinitions: [], overrides: [] })
const lists = { project: readWords(PROJECT), sample: readWords(SAMPLE) }
const baseline: Counts = JSON.parse(read(BASELINE))
const { rejected, counts, tidied } = checkWords(uses, lists, (file) => samples.has(file))

const { risen, fallen } = compareCounts(baseline, counts)
const untidy = [
  ...(lists.project.join() === tidied.project.join() ? [] : [PROJECT]),
  ...(lists.sample.join() === tidied.sample.join() ? [] : [SAMPLE]),
  ...(fallen.length === 0 ? [] : [BASELINE]),
]

for (const { name, baseline: allowed } of risen) {
  for (const { word, file, line } of rejected.filter((use) => keyOf(use.word) === name))
    console.error(`${file}:${line}: unknown word \`${word}\``)
  if (allowed > 0) console.error(`  ${BASELINE} allows ${allowed} uses of \`${name}\``)
}
if (risen.length > 0)
  console.error(`\nCorrect the spelling. Add a term of the field to ${PROJECT}, and a word that a test needs to ${SAMPLE}.`)

if (process.argv.includes('--update')) {
  writeWords(PROJECT, tidied.project)
  writeWords(SAMPLE, tidied.sample)
  writeFileSync(join(root, BASELINE), `${JSON.stringify(lowerCounts(baseline, counts), null, 2)}\n`)
} else {
  const unused = [...lists.project, ...lists.sample].filter((word) => ![...tidied.project, ...tidied.sample].includes(word))
  for (const word of unused) console.error(`\`${word}\` stands twice in the lists, or no file uses it`)
  for (const { name, baseline: allowed, now } of fallen)
    console.error(`\`${name}\` is used ${now} times, and ${BASELINE} says ${allowed}`)
  if (untidy.length > 0) console.error(`\n${untidy.join(', ')}: sort and remove what is not needed with \`${UPDATE}\``)
}

const failed = risen.length > 0 || (untidy.length > 0 && !process.argv.includes('--update'))
if (!failed) console.log(`${files.length} files, ${Object.keys(baseline).length} misspelled words in the baseline`)
process.exitCode = failed ? 1 : 0
