import { type Case, FILES } from './case.ts'

/** Columns are UTF-16 units, and lines end as the protocol says. */
export const TEXTS: readonly Case[] = [
  {
    name: 'a name after an emoji',
    texts: {
      ...FILES,
      'own.iap': 'import { shop, owns } from "./shop.iap"\npermit a on shop.read to anyone when "😀" == "é" && ow‸ns("a", "b")',
    },
    ask: 'prepareRename',
    expect: 'own.iap:2:53 owns',
  },
  {
    name: 'a name after CRLF',
    texts: 'label a\r\n\r\npermit p on label ‸a to anyone\r\n',
    ask: 'definition',
    expect: 'own.iap:1:7 a',
  },
  {
    name: 'a byte order mark that a client sends counts as a character',
    texts: '\uFEFFlabel a permit p on label ‸a to anyone',
    ask: 'definition',
    expect: 'own.iap:1:8 a',
  },
  {
    name: 'a lone CR ends a line of the protocol, and is refused',
    texts: '‸label a // one\rlabel b',
    ask: 'checked',
    expect: `own.iap:1:15
  error IAP1014 an invisible character (U+000D) can make this code look different from what it means
  remove it; in a quoted string, write it as an escape sequence such as \`\\u202e\``,
  },
  { name: 'a NUL', texts: 'label a\u0000‸\nlabel b', ask: 'symbols', expect: 'label a\nlabel b' },
  { name: 'half of an emoji', texts: 'label a\n// \ud83d‸\nlabel b', ask: 'symbols', expect: 'label a\nlabel b' },
  {
    name: 'a name with spaces and percent signs',
    texts: { 'one 1%3A.iap': 'label a', 'own.iap': 'import { a } from "./one 1%3A.iap"\npermit p on label ‸a to anyone' },
    ask: 'definition',
    expect: 'one 1%3A.iap:1:7 a',
  },
  {
    name: 'a name in another script',
    texts: { 'Größe 大.iap': 'label a', 'own.iap': 'import { a } from "./Größe 大.iap"\npermit p on label ‸a to anyone' },
    ask: 'definition',
    expect: 'Größe 大.iap:1:7 a',
  },
]
