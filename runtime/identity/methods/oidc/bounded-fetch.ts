/** Maximum bytes of a provider's response; metadata, tokens and claims are far shorter. */
const MAX_BYTES = 512 * 1024

/** Wraps `fetch` to follow no redirects and to bound the size of responses, which the OpenID library buffers. */
export function boundedFetch(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (url, options) => {
    const response = await fetch(url, { ...options, redirect: 'manual' })
    if (response.body === null) return response
    let size = 0
    const counting = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        size += chunk.length
        if (size > MAX_BYTES)
          controller.error(new Error(`the response of the provider is longer than ${MAX_BYTES} bytes: check \`issuer\``))
        else controller.enqueue(chunk)
      },
    })
    const { status, statusText, headers } = response
    return new Response(response.body.pipeThrough(counting), { status, statusText, headers })
  }
}
