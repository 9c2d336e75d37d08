/** For tests: what a report says. Whether it is one, the schemas tell. */

interface Element {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly Element[]
  readonly text: string
  /** All below of that name. */
  find(name: string): readonly Element[]
}

interface Open {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Element[]
  text: string
}

/** Elements, attributes in double quotes, character references, text. Throws where there is anything else. */
export function readXml(text: string): Element {
  const body = text.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, '')
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(body)) throw new Error('a character that is none of XML')
  const open: Open[] = [{ name: '', attributes: {}, children: [], text: '' }]
  const token = /<(\/?)([a-z-]+)((?: [a-z]+="[^"<]*")*)(\/?)>|([^<]+)/gy
  let end = 0
  for (const [all, closing, name = '', attributes = '', alone, content] of body.matchAll(token)) {
    end += all.length
    const top = open.at(-1) as Open
    if (content !== undefined) top.text += resolved(content)
    else if (closing === '/') {
      if (top.name !== name) throw new Error(`${name} is closed where ${top.name} is open`)
      open.pop()
      open.at(-1)?.children.push(elementOf(top))
    } else {
      const started: Open = { name, attributes: readAttributes(attributes), children: [], text: '' }
      if (alone === '/') top.children.push(elementOf(started))
      else open.push(started)
    }
  }
  const [root] = open
  if (end !== body.length || open.length !== 1 || root?.children.length !== 1) throw new Error('it is not one whole element')
  return root.children[0] as Element
}

function elementOf({ name, attributes, children, text }: Open): Element {
  const find = (wanted: string): readonly Element[] =>
    children.flatMap((child) => [...(child.name === wanted ? [child] : []), ...child.find(wanted)])
  return { name, attributes, children, text, find }
}

function readAttributes(text: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const [, name = '', value = ''] of text.matchAll(/ ([a-z]+)="([^"]*)"/g)) {
    if (Object.hasOwn(found, name)) throw new Error(`${name} is there twice`)
    found[name] = resolved(value)
  }
  return found
}

function resolved(text: string): string {
  if (/&(?!#\d+;)/.test(text)) throw new Error('an ampersand that refers to nothing')
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)))
}
