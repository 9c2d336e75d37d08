import { readFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type CSpellUserSettings, spellCheckDocument } from 'cspell-lib'

/** A word that cspell's dictionaries do not have, at one of its places. */
export interface UnknownWord {
  readonly word: string
  /** From the root of the repository, with `/`. */
  readonly file: string
  /** Counted from 1. */
  readonly line: number
}

/**
 * Returns each use of a word that cspell's dictionaries do not have, in the order of files and lines.
 *
 * All files with the same extension are checked as one document: cspell prepares its settings anew for each document, which takes
 * longer than the check of a small file. One document a file takes more than twice as long in total.
 *
 * @param files paths from `root`, with `/`
 * @throws Error if cspell cannot check a document
 */
export async function findUnknownWords(
  root: string,
  files: readonly string[],
  settings: CSpellUserSettings,
): Promise<readonly UnknownWord[]> {
  const found: UnknownWord[] = []
  for (const extension of new Set(files.map((file) => extname(file)))) {
    const members = files.filter((file) => extname(file) === extension)
    found.push(...(await checkAsOne(root, extension, members, settings)))
  }
  return found
}

async function checkAsOne(
  root: string,
  extension: string,
  files: readonly string[],
  settings: CSpellUserSettings,
): Promise<readonly UnknownWord[]> {
  const starts: number[] = []
  let text = ''
  for (const file of files) {
    starts.push(text.length)
    text += `${withoutDirectives(readFileSync(join(root, file), 'utf8'))}\n`
  }
  const { issues, errors, checked } = await spellCheckDocument(
    { uri: pathToFileURL(join(root, `all${extension}`)).href, text },
    { generateSuggestions: false, noConfigSearch: true },
    { ...settings, maxNumberOfProblems: Number.MAX_SAFE_INTEGER, maxDuplicateProblems: Number.MAX_SAFE_INTEGER },
  )
  if (!checked || errors?.length) throw new Error(`cspell cannot check files that end in ${extension}`, { cause: errors?.[0] })
  return issues.map(({ text: word, offset }) => {
    const index = starts.findLastIndex((start) => start <= offset)
    return { word, file: files[index] as string, line: text.slice(starts[index], offset).split('\n').length }
  })
}

/** A directive such as `cspell:disable` would hold for all files of the document. Without its colon it is none, and offsets stay. */
const withoutDirectives = (text: string) => text.replaceAll(/(?<=spell(?:-?checker)?):/gi, ' ')
