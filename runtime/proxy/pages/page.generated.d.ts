export const style: string
export const script: string
