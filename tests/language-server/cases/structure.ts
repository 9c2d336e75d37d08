import { type Case, FILES } from './case.ts'

export const STRUCTURE: readonly Case[] = [
  {
    name: 'declarations with claims, routes and cases',
    texts: {
      'own.iap': `identity staff via oidc { sub: string }
service s at "s.example" { route a GET "/" }
permit p on s.a to staff
test "t ‸" { as staff { sub: $x } GET "https://s.example/" expect permit cases { "one": { x: "a" } } }`,
    },
    ask: 'symbols',
    expect: `identity staff
  sub
service s
  a
permit p
test t  at "t "
  one at "one"`,
  },
  {
    name: 'of a text that breaks off',
    texts: 'label a\nservice s at "s.example" {\n  route a GET "/"\n  route ‸',
    ask: 'symbols',
    expect: 'label a\nservice s\n  a',
  },
  { name: 'of no text', texts: '‸', ask: 'symbols', expect: null },
  {
    name: 'names that have the letters in their order',
    texts: FILES,
    ask: 'workspaceSymbol',
    query: 'lis',
    expect: 'list in shop (shop.iap)',
  },
  {
    name: 'imports, declarations and comments',
    texts: `‸import { staff } from "./shared.iap"
import { shop } from "./shop.iap"

// One
// and two.
permit a
  on shop.list
  to staff
`,
    ask: 'folding',
    expect: '1-2 imports\n6-8\n4-5 comment',
  },
  {
    name: 'from a name to the file',
    texts: 'label a\npermit p on label ‸a to anyone\n',
    ask: 'selection',
    expect: '"a"\n"label a"\n"permit p on label a to anyone"\n"label a\\npermit p on label a to anyone\\n"',
  },
  {
    name: 'a rule in one line',
    texts: '‸label a\npermit p on label a to anyone when   true\n',
    ask: 'formatting',
    expect: 'label a\n\npermit p\n  on   label a\n  to   anyone\n  when true\n',
  },
  { name: 'a text that is formatted', texts: '‸label a\n', ask: 'formatting', expect: null },
  { name: 'a text with a mistake stays', texts: '‸label a label  {', ask: 'formatting', expect: null },
  {
    name: 'imports and documents',
    texts:
      '‸import { a } from "../shared.iap"\nimport { b } from "./sub/b.iap"\nservice s at "s.example" from openapi "./shop.yaml" {}\n',
    ask: 'links',
    expect: './sub/b.iap → sub/b.iap\n./shop.yaml → shop.yaml',
  },
]
