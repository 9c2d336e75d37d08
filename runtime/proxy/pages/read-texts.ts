import { byPlace, type ConfigPath, quoted, renderPath } from '../../base/config-error.ts'
import { nearest } from '../../base/nearest.ts'
import { readYaml } from '../../base/read-yaml.ts'
import { defaultTexts, type ErrorTexts, ownCodes, type PageTexts } from '../index.ts'
import type { TextProblem, TextRead } from './page-files.ts'

/** Maximum characters. */
const LONGEST = 2000

/** Parses custom page texts from YAML (see `docs/reference/pages.md`). Omitted texts keep their default. */
export function readTexts(text: string): TextRead<PageTexts> {
  const { yaml, problems: mistakes } = readYaml(text)
  if (yaml === null) return { ok: false, problems: mistakes }
  const problems: TextProblem[] = [...mistakes]
  const tell = (path: ConfigPath, message: string, key = false) =>
    void problems.push({ ...(key ? yaml.place(path) : yaml.valuePlace(path)), message })

  /** Returns an object's values by key; unknown keys are problems. */
  function object(value: unknown, path: ConfigPath, known: Iterable<string>): ReadonlyMap<string, unknown> {
    if (value === undefined) return new Map()
    const what = path.length === 0 ? 'the file' : `\`${renderPath(path)}\``
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      tell(path, `${what} must be an object`)
      return new Map()
    }
    const names = [...known]
    for (const key of Object.keys(value)) {
      if (names.includes(key)) continue
      const meant = nearest(key, names)
      tell([...path, key], `unknown key ${quoted(key)} in ${what}${meant === null ? '' : `: did you mean \`${meant}\`?`}`, true)
    }
    return new Map(Object.entries(value).filter(([key]) => names.includes(key)))
  }

  function words(value: unknown, path: ConfigPath): string {
    if (typeof value !== 'string' || value.trim() === '')
      tell(path, `\`${renderPath(path)}\` must be a text with something in it`)
    else if (value.length > LONGEST) tell(path, `\`${renderPath(path)}\` is longer than ${LONGEST} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a page cannot hold
    else if (/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(value))
      tell(path, `\`${renderPath(path)}\` has a control character in it`)
    return String(value)
  }

  function textsIn<K extends string>(value: unknown, path: ConfigPath, known: readonly K[]): { readonly [P in K]?: string } {
    const entries = [...object(value, path, known)].map(([key, text]) => [key, words(text, [...path, key])])
    return Object.fromEntries(entries) as { readonly [P in K]?: string }
  }

  const all = object(yaml.data, [], ['lang', 'labels', 'note', 'errors'])
  const { lang = defaultTexts.lang, note = null } = textsIn(
    Object.fromEntries([...all].filter(([key]) => key === 'lang' || key === 'note')),
    [],
    ['lang', 'note'],
  )
  if (!/^[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8})*$/.test(lang)) tell(['lang'], '`lang` must be a language such as `de` or `pt-BR`')
  const known = Object.keys(defaultTexts.labels) as (keyof PageTexts['labels'])[]
  const labels = { ...defaultTexts.labels, ...textsIn(all.get('labels'), ['labels'], known) }
  const errors: Record<string, ErrorTexts> = Object.create(null)
  for (const [code, texts] of object(all.get('errors'), ['errors'], ownCodes.keys()))
    errors[code] = textsIn(texts, ['errors', code], ['title', 'detail', 'advice'])
  return problems.length > 0
    ? { ok: false, problems: problems.sort(byPlace) }
    : { ok: true, value: { lang, labels, note, errors } }
}
