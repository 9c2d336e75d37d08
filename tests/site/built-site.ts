import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The built site, as `npm run build:site` writes it. */
export const SITE = join(root, 'dist/site')

export const hasSite = existsSync(join(SITE, 'llms.txt'))
// The gate builds it, and must not pass without it.
if (!hasSite && process.env.CI) throw new Error('dist/site is missing: run `npm run build:site`')

/** A hit of the search: a section of a page. */
export interface SearchHit {
  /** Address of the section: `/guides/deploy/container.html#build`. */
  readonly id: string
  readonly title: string
}

/** The part of MiniSearch that the tests use. */
interface SearchIndex {
  search(question: string): readonly SearchHit[]
}

interface MiniSearch {
  loadJSON(json: string, options: object): SearchIndex
}

/** Loads the search index of the built site, with the options that the site's page has for it. */
export async function loadSearchIndex(): Promise<SearchIndex> {
  // The version that the site ships, which is installed for the site alone.
  const path = '../../site/node_modules/minisearch/dist/es/index.js'
  const { default: miniSearch } = (await import(path)) as { readonly default: MiniSearch }
  const chunks = readdirSync(join(SITE, 'assets/chunks'))
  const chunk = chunks.find((name) => name.startsWith('@localSearchIndex'))
  if (chunk === undefined) throw new Error('the site has no search index')
  const { default: json } = (await import(join(SITE, 'assets/chunks', chunk))) as { readonly default: string }
  return miniSearch.loadJSON(json, { fields: ['title', 'titles', 'text'], storeFields: ['title', 'titles'], ...shippedOptions() })
}

/** Returns the options in the data of the site, as its pages have them: functions as text. */
function shippedOptions(): object {
  const html = readFileSync(join(SITE, 'index.html'), 'utf8')
  const literal = /__VP_SITE_DATA__=(?:deserializeFunctions\()?JSON\.parse\(("(?:[^"\\]|\\.)*")\)/.exec(html)?.[1]
  if (literal === undefined) throw new Error('index.html does not have the data of the site')
  const data = JSON.parse(JSON.parse(literal), (_, value) =>
    typeof value === 'string' && value.startsWith('_vp-fn_') ? new Function(`return ${value.slice(7)}`)() : value,
  )
  return data.themeConfig.search.options.miniSearch
}
