export type Attributes = Record<string, string | number | boolean | readonly string[]>

/** Sets only present attributes: spreading and filtering objects costs a hundred times as much for each record. */
export function put(attributes: Attributes, name: string, value: Attributes[string] | null | undefined): void {
  if (value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)) attributes[name] = value
}

/** Methods known to OpenTelemetry's semantic conventions (RFC 9110 and RFC 5789). Others are unbounded client input. */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])

/** By the semantic conventions; unknown ones go to an attribute of their own. */
export function putMethod(attributes: Attributes, method: string | null): void {
  if (method === null) return
  put(attributes, 'http.request.method', knownMethod(method) ?? '_OTHER')
  if (!KNOWN.has(method)) put(attributes, 'http.request.method_original', method)
}

export function knownMethod(method: string): string | null {
  return KNOWN.has(method) ? method : null
}
