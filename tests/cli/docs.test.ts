import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { inside, realFiles } from './inside.ts'

const page = (name: string) => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

describe('iap docs', () => {
  test('lists topics', async () => {
    const { code, stdout } = await inside(['docs'])
    const topics = stdout.trimEnd().split('\n')
    expect(code).toBe(0)
    expect(topics).toEqual(
      expect.arrayContaining(['guides/deploy/container', 'reference/errors/denied', 'guides/gateways/envoy', 'language/rules']),
    )
    expect(topics.filter((topic) => topic.includes('decisions'))).toEqual([])
  })

  test.each([
    ['container', 'docs/guides/deploy/container.md'],
    ['reference/configuration', 'docs/reference/configuration.md'],
    ['errors/denied', 'docs/reference/errors/denied.md'],
    ['language/rules', 'spec/language/rules.md'],
  ])('prints the page about %s', async (topic, file) => {
    expect(await inside(['docs', topic])).toMatchObject({ code: 0, stdout: page(file), stderr: '' })
  })

  test.each([
    ['contaner', 'did you mean `container`? `iap docs` lists the topics'],
    ['../package', '`iap docs` lists the topics'],
    ['constructor', '`iap docs` lists the topics'],
  ])('knows no page about %s', async (topic, help) => {
    const { code, stderr } = await inside(['docs', topic])
    expect([code, stderr]).toEqual([2, `error: there is no page about \`${topic}\`\n  help: ${help}\n`])
  })

  test('asks for more if several pages end with the topic', async () => {
    const { code, stderr } = await inside(['docs', 'data'])
    expect([code, stderr]).toEqual([2, 'error: 2 pages end with `data`\n  help: one of `reference/data`, `language/data`\n'])
  })

  test('says if the documentation is not installed', async () => {
    const files = { ...realFiles, kind: () => null }
    const { code, stderr } = await inside(['docs'], { files })
    expect([code, stderr]).toEqual([2, expect.stringContaining('the documentation is not installed beside this program')])
  })
})
