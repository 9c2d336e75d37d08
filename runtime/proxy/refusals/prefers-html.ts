/**
 * Returns whether a client prefers HTML over JSON, as browsers do: its `Accept` header (RFC 9110 §12.5.1) lists `text/html`
 * before JSON. Programs usually send wildcards only.
 */
export function prefersHtml(accept: string | undefined): boolean {
  if (accept === undefined || !/text\/html/i.test(accept)) return false
  let html = 0
  let json = 0
  for (const part of accept.toLowerCase().split(',')) {
    const [type, ...parameters] = part.split(';').map((each) => each.trim())
    const quality = qualityOf(parameters)
    if (type === 'text/html') html = Math.max(html, quality)
    else if (type === 'application/json' || type === 'application/problem+json') json = Math.max(json, quality)
  }
  return html > 0 && html >= json
}

function qualityOf(parameters: readonly string[]): number {
  const weight = parameters.find((parameter) => parameter.startsWith('q='))
  if (weight === undefined) return 1
  const quality = Number(weight.slice(2))
  return quality >= 0 && quality <= 1 ? quality : 0
}
