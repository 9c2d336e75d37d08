import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const root = new URL('../../', import.meta.url)

/** Pages that show excerpts, with the folder of the configurations that are run. */
const PAGES = {
  'docs/guides/gateways/envoy.md': ['examples/fronts/envoy/', ['envoy.yaml', 'envoy-http.yaml']],
  'docs/guides/gateways/gateway-api.md': ['examples/fronts/kubernetes/', ['envoy-gateway-grpc.yaml', 'istio.yaml']],
} as const

test.each(Object.entries(PAGES))('%s shows what is run', (page, [folder, names]) => {
  const blocks = [...textOf(page).matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, block = '']) => linesOf(block))
  const excerpts = blocks.filter((lines) => !lines.some((line) => line.startsWith('listeners:')))
  const configurations = names.map((name) => linesOf(textOf(folder + name)).join('\n'))
  const others = excerpts.filter((lines) => !configurations.some((text) => text.includes(lines.join('\n'))))
  expect([others, excerpts.length > 0]).toEqual([[], true])
})

function textOf(path: string): string {
  return readFileSync(new URL(path, root), 'utf8')
}

/** Lines without their indentation, comments, and empty lines. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/(?:^| )#.*/, '').trim())
    .filter((line) => line !== '')
}
