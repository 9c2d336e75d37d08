/** The pages of `docs/concepts`: each has a picture, a policy and links on, and names tests that exist. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readPages } from './pages.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const images = `${root}docs/concepts/images/`
const pages = readPages('docs/concepts').filter(({ name }) => name !== 'README.md')

/** Bytes of a picture, as drawn by hand. */
const LARGEST_PICTURE = 8_000

it('are the nine concepts of the index', () => {
  const index = readFileSync(`${root}docs/README.md`, 'utf8')
  expect(pages).toHaveLength(9)
  expect(pages.filter(({ name }) => !index.includes(`(${name.slice('docs/'.length)})`))).toEqual([])
})

it('have a picture each', () => {
  const wanted = pages.map(({ name }) => name.replace(/^.*\/(.*)\.md$/, '$1.svg'))
  expect(readdirSync(images).toSorted()).toEqual(wanted.toSorted())
})

describe.each(pages)('$name', ({ name, text, policies }) => {
  const picture = name.replace(/^.*\/(.*)\.md$/, 'images/$1.svg')

  it('shows its picture with a description, and a whole policy', () => {
    expect(text).toMatch(new RegExp(`^!\\[[^\\]]{20,}\\]\\(${picture}\\)$`, 'm'))
    expect(policies.length).toBeGreaterThan(0)
  })

  it('links to the reference and to a guide', () => {
    expect(text).toMatch(/\]\(\.\.\/(?:reference|\.\.\/spec\/language)\//)
    expect(text).toMatch(/\]\(\.\.\/(?:guides|reference)\//)
  })

  it('names tests that exist', () => {
    const named = [...text.matchAll(/`([\w/.-]+\.test\.ts)`/g)].map(([, path = '']) => path)
    expect(named.filter((path) => !existsSync(root + path))).toEqual([])
  })
})

describe.each(readdirSync(images))('%s', (name) => {
  const picture = readFileSync(images + name, 'utf8')

  it('has a title and a description for those who do not see it', () => {
    expect(picture).toMatch(/aria-labelledby="title desc"/)
    expect(picture).toMatch(/<title id="title">[^<]{5,}<\/title>\n\s*<desc id="desc">[^<]{40,}<\/desc>/)
  })

  it('has colors for light and dark, and loads nothing', () => {
    expect(picture).toContain('@media (prefers-color-scheme: dark)')
    expect(picture.replace('xmlns="http://www.w3.org/2000/svg"', '')).not.toMatch(/https?:|url\(|href|<script|@import|@font-face/)
    expect(picture.length).toBeLessThan(LARGEST_PICTURE)
  })
})
