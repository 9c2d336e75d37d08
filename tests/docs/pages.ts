import { readdirSync, readFileSync } from 'node:fs'
import { type CheckedProject, checkProject, renderDiagnostic } from '../../language/index.ts'

const root = new URL('../../', import.meta.url)

/** A block of code between fences. */
interface Block {
  /** Behind the name of the language: `wrong IAP2001`, `people.iap`, or nothing. */
  readonly info: string
  readonly text: string
}

/** A page of the documentation, with what its blocks of code are there for. */
export interface Page {
  /** From the root of the repository. */
  readonly name: string
  readonly text: string
  /** Policies that are whole: they check, and their tests hold. */
  readonly policies: readonly string[]
  /** Files that the policies of the page name, by their names: policies, schemas, documents. */
  readonly files: Readonly<Record<string, string>>
  /** What is wrong if it stands behind the first policy of the page, and the codes that are told of it. */
  readonly mistakes: readonly { readonly text: string; readonly codes: readonly string[] }[]
}

/** The pages of these folders, and the one at the root, by their names from there. */
export function pageNames(...folders: readonly string[]): readonly string[] {
  const names = folders.flatMap((folder) =>
    readdirSync(new URL(folder, root), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  )
  return ['README.md', ...names].sort()
}

/** `diagnostics.md` has a form and a test of its own. */
export function readPages(...folders: readonly string[]): readonly Page[] {
  return pageNames(...folders)
    .filter((name) => !name.endsWith('diagnostics.md'))
    .map(readPage)
}

function readPage(name: string): Page {
  const text = readFileSync(new URL(name, root), 'utf8')
  const policies: string[] = []
  const files: Record<string, string> = {}
  const mistakes: { text: string; codes: readonly string[] }[] = []
  for (const { info, text: code } of blocksOf(text)) {
    const [word = '', ...codes] = info.split(' ')
    if (info === '') policies.push(code)
    else if (word === 'wrong') mistakes.push({ text: code, codes })
    else if (word.includes('.')) files[word] = code
    else if (word !== 'fragment') throw new Error(`${name}: no block of a page is \`iap ${info}\``)
  }
  return { name, text, policies, files, mistakes }
}

/** Of policies all blocks, of other languages those that are files. */
function blocksOf(text: string): readonly Block[] {
  const blocks = [...text.matchAll(/^```(\w+)(?: ([^\n]*))?\n([\s\S]*?)^```$/gm)]
  return blocks
    .filter(([, language, info]) => language === 'iap' || info?.includes('.'))
    .map(([, , info = '', code = '']) => ({ info, text: code }))
}

/** A policy with the files of its page. */
export function checked({ files }: Page, text: string): CheckedProject {
  const all: Readonly<Record<string, string>> = { ...files, 'page.iap': text }
  return checkProject({ read: (name) => (Object.hasOwn(all, name) ? (all[name] ?? null) : null) }, ['page.iap'])
}

/** All diagnostics, as people read them. */
export const told = ({ diagnostics }: CheckedProject) =>
  diagnostics.map((one) => renderDiagnostic(one, { color: false })).join('\n\n')
