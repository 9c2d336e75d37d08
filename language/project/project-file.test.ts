import { describe, expect, it } from 'vitest'
import { checkProject } from '../project.ts'

function check(settings: string | null) {
  const files: Record<string, string | null> = { 'a.iap': 'label a', 'iap.json': settings }
  return checkProject({ read: (name) => files[name] ?? null }, ['a.iap'])
}

const found = (settings: string) =>
  check(settings).diagnostics.map(
    ({ code, span, message }) =>
      `${code} ${span.source.name} ${span.source.text.slice(span.start, span.end)}: ${message.replace(/^.*?: /, '')}`,
  )

describe('the project file', () => {
  it('need not be there', () => {
    const { result, sources } = check(null)
    expect(result).not.toBeNull()
    expect(sources.map(({ name }) => name)).toEqual(['a.iap'])
  })

  it('says the version of the language', () => {
    const { result, sources } = check('{\n\t"language": 1\n}\n')
    expect(result?.sources).toEqual(sources)
    expect(sources.map(({ name }) => name)).toEqual(['a.iap', 'iap.json'])
  })

  it.each([
    ['', 'IAP4080 iap.json : it is not JSON'],
    ['language: 1', 'IAP4080 iap.json l: it is not JSON'],
    ['[1]', 'IAP4085 iap.json [1]: it is not an object'],
    ['{}', 'IAP4085 iap.json {}: it has no `language`'],
    ['{ "language": 2 }', 'IAP4085 iap.json 2: this version of `iap` supports only language version 1'],
    ['{ "language": "1" }', 'IAP4085 iap.json "1": this version of `iap` supports only language version 1'],
    ['{ "language": 1, "language": 1 }', 'IAP4080 iap.json "language": this key stands twice in its object'],
    ['{ "language": 1, "strict": true }', 'IAP4085 iap.json "strict": there is no setting `strict`'],
    ['{ "langauge": 1 }', 'IAP4085 iap.json "langauge": there is no setting `langauge`, did you mean `language`?'],
  ])('%s', (settings, expected) => {
    expect(found(settings)).toEqual([expected])
    expect(check(settings).result).toBeNull()
  })
})
