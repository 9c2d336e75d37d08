/** Where the head promises something else than JSON (`promisesJson`). */
export const bodyTypeRefusal = {
  status: 415,
  code: 'body-type',
  message: 'the policy reads the body of this route, which must be `application/json` in UTF-8, without a content coding',
} as const
