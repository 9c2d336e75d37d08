// Writes what the specification says of the grammar from the parser itself: the productions between the marks of `spec/language/grammar.md`,
// and the diagrams of `spec/language/grammar/railroad.html`. With `--check` it writes nothing and fails where they are not up to date.
import { readFile, writeFile } from 'node:fs/promises'
import { chaptersOf } from './grammar/chapters.mjs'
import { readGrammar } from './grammar/read-grammar.mjs'
import { writeEbnf } from './grammar/write-ebnf.mjs'
import { writePage } from './grammar/write-page.mjs'

const CHAPTER = new URL('../spec/language/grammar.md', import.meta.url)
const PAGE = new URL('../spec/language/grammar/railroad.html', import.meta.url)

const chapters = chaptersOf(await readGrammar())
const before = await readFile(CHAPTER, 'utf8')
const wanted = [
  { file: CHAPTER, text: chapters.reduce((text, chapter) => replaced(text, chapter), before) },
  { file: PAGE, text: writePage(chapters) },
]

let outdated = false
for (const { file, text } of wanted) {
  if ((await readFile(file, 'utf8').catch(() => null)) === text) continue
  if (!process.argv.includes('--check')) await writeFile(file, text)
  else {
    console.error(`${file.pathname.slice(file.pathname.indexOf('spec/'))} is not up to date: node scripts/generate-grammar.mjs`)
    outdated = true
  }
}
process.exitCode = outdated ? 1 : 0

/** What stands between `<!-- productions: types -->` and the end of the block behind it. */
function replaced(text, { name, productions }) {
  const mark = `<!-- productions: ${name} -->\n`
  const at = text.indexOf(mark)
  if (at === -1) throw new Error(`grammar.md has no mark for the productions of ${name}`)
  const start = at + mark.length
  const opening = '```ebnf\n'
  const closing = '\n```\n'
  const end = text.startsWith(opening, start) ? text.indexOf(closing, start) + closing.length : start
  return `${text.slice(0, start)}${opening}${writeEbnf(productions)}${closing}${text.slice(end)}`
}
