/**
 * `npm run prose -- …`: measures the prose of the product, and draws samples of it that are judged without the code.
 *
 * ```
 * --draw 40 --seed N        docstrings of exported declarations, with name and kind
 * --help-texts 30 --seed N  help of commands and options
 * --errors 30 --seed N      error messages: diagnostics, configuration, refusals
 * --key                     adds the place of each: for whoever drew, not for who judges
 * --under FOLDER            draws and measures only in this folder of the product; repeatable
 * --markdown --stats        sentence lengths of the Markdown that the gate checks, by folder
 * --stats [FOLDER]          words per 1,000, sentence lengths and tags, here or in the sources of another project
 * ```
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { readProductFiles } from '../figures/read-product-files.ts'
import { measureSentences } from '../markdown/measure-sentences.ts'
import { draw } from './draw.ts'
import { type Docstring, findDocstrings } from './find-docstrings.ts'
import { findErrorMessages, findHelpTexts, type Message } from './find-messages.ts'
import type { SourceText } from './parse-sources.ts'
import { measureProse } from './statistics.ts'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    draw: { type: 'string' },
    'help-texts': { type: 'string' },
    errors: { type: 'string' },
    seed: { type: 'string', default: '1' },
    key: { type: 'boolean', default: false },
    under: { type: 'string', multiple: true },
    markdown: { type: 'boolean', default: false },
    stats: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const root = fileURLToPath(new URL('../../', import.meta.url))
const product = () =>
  readProductFiles(root).filter(
    ({ path }) => values.under === undefined || values.under.some((folder) => path.startsWith(folder)),
  )

if (values.draw !== undefined) {
  const exported = findDocstrings(product()).filter(({ isExported }) => isExported)
  print(draw(exported, Number(values.draw), seed), showDocstring)
}
if (values['help-texts'] !== undefined) {
  const texts = findHelpTexts(product().filter(({ path }) => path.startsWith('cli/')))
  print(draw(texts, Number(values['help-texts']), seed), ({ text }) => text)
}
if (values.errors !== undefined) print(draw(findErrorMessages(product()), Number(values.errors), seed), ({ text }) => text)
if (values.stats && values.markdown) {
  for (const { folder, sentences, median, p90, long } of await measureSentences(root))
    console.log(`${folder.padEnd(22)} ${sentences} sentences, words: median ${median}, p90 ${p90}, ${long} of more than 25`)
} else if (values.stats) {
  const [folder] = positionals
  const sources = folder === undefined ? product() : readSources(folder)
  const { docstrings, words, rates, sentenceLength, tags } = measureProse(findDocstrings(sources))
  const rounded = (map: ReadonlyMap<string, number>) => [...map].map(([name, value]) => `${name} ${Math.round(10 * value) / 10}`)
  console.log(`${docstrings} docstrings, ${words} words, in ${sources.length} files`)
  console.log(`per 1,000 words: ${rounded(rates).join(', ')}`)
  console.log(`words per sentence: median ${sentenceLength.median}, p90 ${sentenceLength.p90}`)
  console.log(`tags: ${rounded(tags).join(', ')}`)
}

if (!values.stats && [values.draw, values['help-texts'], values.errors].every((count) => count === undefined)) {
  console.error('give `--draw N`, `--help-texts N`, `--errors N`, `--stats [FOLDER]` or `--markdown --stats`')
  process.exitCode = 2
}

function print<T extends Docstring | Message>(items: readonly T[], show: (item: T) => string): void {
  for (const [at, item] of items.entries()) {
    console.log(`${at + 1}. ${show(item).replaceAll('\n', '\n   ')}`)
    if (values.key) console.log(`   (${item.path}:${item.line})`)
    console.log()
  }
}

function showDocstring({ name, kind, text, tags }: Docstring): string {
  return [`${kind} ${name}`, text, ...tags.map((tag) => `@${tag.name} ${tag.text}`)].filter(Boolean).join('\n')
}

/** Reads the sources of another project, its tests aside. A declaration file stands for the JavaScript file of its name. */
function readSources(folder: string): readonly SourceText[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.[cm]?[jt]s$/.test(path) && !/(^|\/)(node_modules|tests?|__tests__|benchmarks?|examples?)\/|\.test/.test(path),
  )
  const declared = new Set(paths.filter((path) => /\.d\.[cm]?ts$/.test(path)).map((path) => path.replace(/\.d\.[cm]?ts$/, '')))
  return paths
    .filter((path) => /\.d\.[cm]?ts$/.test(path) || !declared.has(path.replace(/\.[cm]?[jt]s$/, '')))
    .sort()
    .map((path) => ({ path, text: readFileSync(join(folder, path), 'utf8') }))
}
