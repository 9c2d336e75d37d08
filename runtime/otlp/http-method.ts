/** RFC 9110 and RFC 5789: the methods that OpenTelemetry's semantic conventions know. Others would make as many values as clients like. */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])

/** By the semantic conventions; what they do not know stands in an attribute of its own. */
export function methodAttributes(method: string): Readonly<Record<string, string>> {
  if (KNOWN.has(method)) return { 'http.request.method': method }
  return { 'http.request.method': '_OTHER', 'http.request.method_original': method }
}
