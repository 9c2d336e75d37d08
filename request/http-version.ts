/** Of a request that came over HTTP/2. No parser of HTTP/1 gives it, whatever a request line says: their versions have a dot. */
export const HTTP_2 = 'h2'
