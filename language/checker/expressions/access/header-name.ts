const TOKEN = /^[a-z0-9!#$%&'*+.^_`|~-]+$/

/** Null where a condition may read the header of that name, else why not. */
export function isReadableHeader(name: string): string | null {
  if (name !== name.toLowerCase()) return 'header names are written in lower case'
  if (!TOKEN.test(name)) return 'it is not a header name'
  // A condition that saw a credential, or what the proxy itself writes, could let it out or be fooled by it.
  if (name === 'authorization' || name === 'cookie' || name.startsWith('proxy-')) return 'credentials cannot be read'
  if (/^x[-_.]iap([-_.]|$)/.test(name)) return "the proxy's own headers cannot be read"
  return null
}
