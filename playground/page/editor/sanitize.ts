/** The elements that documentation in Markdown has. Their attributes are removed, but for the class of code. */
const ALLOWED = new Set(
  [
    'P',
    'BR',
    'HR',
    'CODE',
    'PRE',
    'EM',
    'STRONG',
    'UL',
    'OL',
    'LI',
    'BLOCKQUOTE',
    'H1',
    'H2',
    'H3',
    'H4',
    'H5',
    'H6',
    'SPAN',
  ].concat(['TABLE', 'THEAD', 'TBODY', 'TR', 'TH', 'TD', 'DEL']),
)

/**
 * Returns HTML with nothing but text and its structure. Comments of a policy are shown as Markdown, which may hold any HTML, and
 * a policy may come from a link of somebody else.
 */
export function sanitize(html: string): string {
  // Attributes go before the text is parsed: Chromium reports handlers of events even in a document that runs nothing.
  const plain = html.replaceAll(/<([a-z][a-z\d]*)\s[^>]*>/gi, (tag, name: string) => (name === 'span' ? tag : `<${name}>`))
  // Such a document loads nothing and runs nothing.
  const { body } = new DOMParser().parseFromString(plain, 'text/html')
  for (const found of [...body.querySelectorAll('*')]) {
    if (!ALLOWED.has(found.tagName)) {
      found.replaceWith(...(found.namespaceURI === body.namespaceURI && !isRaw(found) ? found.childNodes : []))
      continue
    }
    for (const { name, value } of [...found.attributes])
      if (!(name === 'class' && found.tagName === 'SPAN' && /^[\w ͼ-]*$/.test(value))) found.removeAttribute(name)
  }
  return body.innerHTML
}

/** Elements whose text is no prose. */
function isRaw({ tagName }: Element): boolean {
  return ['SCRIPT', 'STYLE', 'TEMPLATE', 'NOSCRIPT', 'IFRAME', 'NOFRAMES', 'XMP', 'PLAINTEXT', 'TEXTAREA', 'TITLE'].includes(
    tagName,
  )
}
