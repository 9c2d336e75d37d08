import { describe, expect, test } from 'vitest'
import { earlyHints } from './early-hints.ts'

type Line = readonly [name: string, value: string]

const link = ['Link', '</a.css>; rel=preload; as=style'] as const
const sizes = ['link', '</a.jpg>; rel=preload; as=image; imagesizes="(max-width: 9em) 50vw, 100vw"'] as const

describe('a hint', () => {
  test.each<[string, readonly Line[], readonly string[] | null]>([
    ['a link', [link], ['link', link[1]]],
    ['several', [link, sizes], ['link', link[1], 'link', sizes[1]]],
    ['no link', [['content-security-policy', "default-src 'self'"]], null],
    ['nothing', [], null],
    [
      'with what counts for it',
      [link, ['Content-Security-Policy', "default-src 'self'"], ['Referrer-Policy', 'origin']],
      ['link', link[1], 'content-security-policy', "default-src 'self'", 'referrer-policy', 'origin'],
    ],
    [
      'with what is nobody’s',
      [
        ['Set-Cookie', 'a=1'],
        ['Connection', 'link'],
        ['Transfer-Encoding', 'chunked'],
        ['Content-Length', '5'],
        ['X-Iap-Error', 'forged'],
        ['X_Iap_Error', 'forged'],
        ['Access-Control-Allow-Origin', '*'],
        ['Location', 'https://evil.example'],
        ['X-Own', '1'],
        link,
      ],
      ['link', link[1]],
    ],
    ['with a tab', [['link', '</a>;\trel=preload']], null],
    ['with a byte above 0x7e', [['link', '</é>; rel=preload']], null],
    ['with a line in it', [['link', '</a>\r\nset-cookie: a=1']], null],
    ['empty', [['link', '']], null],
    ['of 8192 bytes', [['link', 'x'.repeat(8184)]], ['link', 'x'.repeat(8184)]],
    ['of more', [['link', 'x'.repeat(8185)]], null],
    ['of more in several', [link, ['link', 'x'.repeat(8184)]], null],
  ])('%s', (_, lines, wanted) => {
    expect(earlyHints(lines.flat().map((text) => Buffer.from(text, 'latin1')))).toEqual(wanted)
  })
})
