import { encodeShare, fileNameProblem, type SharedFile } from '../../playground/share/index.ts'
import type { MarkdownRenderer, Token } from './markdown.ts'

/** The name that a policy of a page has in the playground. */
const POLICY = 'policy.iap'

/**
 * Adds a link to each block with a policy that opens it in the playground. A block that is wrong on purpose is opened behind the
 * first policy of its page, as the tests of the documentation check it.
 *
 * @param base the path at which the site is served, with `/` at both ends
 */
export function playgroundLinks(base: string): (md: MarkdownRenderer) => void {
  return (md) => {
    const { rules } = md.renderer
    const { fence } = rules
    if (fence === undefined) throw new Error('expected a renderer with a rule for blocks of code')
    rules.fence = (tokens, at, ...others) => {
      const files = sharedFiles(tokens, at)
      const html = fence(tokens, at, ...others)
      if (files === null) return html
      const panel = /^test\s/m.test(files[0]?.text ?? '') ? 'tests' : 'decide'
      // VitePress would take a link without a target for one to a page of its own.
      return `${html}<p class="open-in-playground"><a href="${base}playground/#${encodeShare(files, { panel })}" target="_self">Open in playground</a></p>\n`
    }
  }
}

/** Returns the files that the playground opens for a block, the policy first, or `null` if it has none. */
function sharedFiles(tokens: readonly Token[], at: number): readonly SharedFile[] | null {
  const blocks = tokens.filter(({ type }) => type === 'fence').map(blockOf)
  const block = blockOf(tokens[at])
  if (block.language !== 'iap' || (block.info !== '' && block.info !== 'wrong')) return null
  const first = blocks.find(({ language, info }) => language === 'iap' && info === '')
  const text = block.info === '' || first === undefined ? block.text : `${first.text}\n${block.text}`
  const named = blocks
    .filter(({ info }) => info.includes('.') && fileNameProblem(info) === null)
    .map(({ info, text: content }) => ({ name: info, text: content }))
  return namedFiles([{ name: POLICY, text }], named)
}

/** Adds the files that the text of a file names, and those that these name. */
function namedFiles(files: readonly SharedFile[], others: readonly SharedFile[]): readonly SharedFile[] {
  const isNamed = ({ name }: SharedFile) => files.some(({ text }) => text.includes(name))
  const added = others.filter((one) => isNamed(one) && files.every(({ name }) => name !== one.name))
  return added.length === 0 ? files : namedFiles([...files, ...added], others)
}

/** The second word of the line that opens a block says what it is for: `wrong`, `fragment`, or the name of a file. */
function blockOf(token: Token | undefined) {
  const [language = '', info = ''] = (token?.info ?? '').trim().split(/\s+/)
  return { language, info, text: token?.content ?? '' }
}
