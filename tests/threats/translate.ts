import type { Fields } from './frame-cases.ts'

export interface Translated {
  readonly fields: Fields
  readonly body: string
  /** It has fields that no request of HTTP/2 has. */
  readonly connection: boolean
}

const OF_CONNECTIONS = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade'])

/** Returns a request of HTTP/1.1 as one of HTTP/2; null if it is about what HTTP/2 does not have. */
export function translate(text: string): Translated | null {
  const [head = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
  const [line = '', ...lines] = head.split('\r\n')
  const found = /^(\S+) (.*) HTTP\/1\.1$/.exec(line)
  if (found === null || lines.some((each) => !/^[^:\s]+:/.test(each))) return null
  const headers = lines.map((each) => {
    const colon = each.indexOf(':')
    return [each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim()] as [string, string]
  })
  const hosts = headers.filter(([name]) => name === 'host')
  const others = headers.filter(([name, value]) => name !== 'host' && !(name === 'connection' && value === 'close'))
  const connection = others.some(([name, value]) => OF_CONNECTIONS.has(name) && !(name === 'te' && value === 'trailers'))
  const fields: Fields = [
    [':method', found[1] as string],
    [':scheme', 'http'],
    ...(hosts.length === 1 ? [[':authority', hosts[0]?.[1] as string] as [string, string]] : []),
    [':path', found[2] as string],
    ...(hosts.length === 1 ? [] : hosts),
    ...others,
  ]
  return { fields, body, connection }
}
