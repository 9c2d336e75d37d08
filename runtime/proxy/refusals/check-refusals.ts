/**
 * The error responses for requests about which another proxy asks, where the proxy that asks does not send or remove what the
 * decision needs.
 */
export const checkRefusals = {
  'check-header-missing': {
    status: 400,
    detail: 'The check of the asking proxy lacks a header that `original` of the listener needs.',
    advice: 'Configure the asking proxy to send the header that the response names.',
  },
  'check-header-repeated': {
    status: 400,
    detail: 'The check of the asking proxy has a header twice that names the original request.',
    advice: 'Configure the asking proxy to replace the header that the response names, as clients may send it too.',
  },
  'check-header-invalid': {
    status: 400,
    detail: 'A header of the check does not name a part of the original request, such as its URL or its scheme.',
    advice: 'Correct the header that the response names in the configuration of the asking proxy.',
  },
  'check-prefix': {
    status: 400,
    detail: 'The path of the check does not begin with `prefix` of the listener.',
    advice: 'Use the same prefix in the configuration of the asking proxy.',
  },
  'header-reserved': {
    status: 400,
    detail: 'The request has a header for proxies, or a credential, and the asking proxy cannot remove headers of that name.',
    advice:
      'Send the request without the header that `detail` of the audit record names. ' +
      'For credentials in headers that a plug-in reads, use a front that can remove them, or a listener that forwards.',
  },
  'body-incomplete': {
    status: 413,
    detail: 'The decision depends on the body, and the asking proxy did not send it, or only a part.',
    advice: 'Configure the asking proxy to send bodies with its checks, or use a listener that forwards.',
  },
} as const

export type CheckRefusalCode = keyof typeof checkRefusals
