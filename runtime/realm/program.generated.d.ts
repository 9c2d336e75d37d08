export const program: () => string
export const regex: () => string
