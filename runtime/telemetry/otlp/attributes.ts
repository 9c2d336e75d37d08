export type Attributes = Record<string, string | number | boolean | readonly string[]>

/**
 * Sets an attribute unless its value is `null` or undefined. Spreading and filtering objects for each record would cost a
 * hundred times as much.
 */
export function put(attributes: Attributes, name: string, value: Attributes[string] | null | undefined): void {
  if (value !== null && value !== undefined && !(Array.isArray(value) && value.length === 0)) attributes[name] = value
}

/** Methods known to OpenTelemetry's semantic conventions (RFC 9110 and RFC 5789). Clients may send any other text. */
const KNOWN = new Set(['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'])

/**
 * Sets the attributes of the request method by OpenTelemetry's semantic conventions. An unknown method goes to an attribute of
 * its own.
 */
export function putMethod(attributes: Attributes, method: string | null): void {
  if (method === null) return
  put(attributes, 'http.request.method', knownMethod(method) ?? '_OTHER')
  if (!KNOWN.has(method)) put(attributes, 'http.request.method_original', method)
}

export function knownMethod(method: string): string | null {
  return KNOWN.has(method) ? method : null
}
