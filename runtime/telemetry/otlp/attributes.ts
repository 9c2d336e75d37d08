export type Attributes = Record<string, string | number | boolean | readonly string[]>

/** One by one, and only what is there: an object that is spread and filtered costs a hundred times as much, of every record. */
export function put(attributes: Attributes, name: string, value: Attributes[string] | null | undefined): void {
  if (value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)) attributes[name] = value
}

/**
 * RFC 9110 and RFC 5789: the methods that OpenTelemetry's semantic conventions know. Others would make as many values as clients
 * like.
 */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])

/** By the semantic conventions; what they do not know stands in an attribute of its own. */
export function putMethod(attributes: Attributes, method: string | null): void {
  if (method === null) return
  put(attributes, 'http.request.method', knownMethod(method) ?? '_OTHER')
  if (!KNOWN.has(method)) put(attributes, 'http.request.method_original', method)
}

export function knownMethod(method: string): string | null {
  return KNOWN.has(method) ? method : null
}
