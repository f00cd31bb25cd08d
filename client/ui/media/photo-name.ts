const ENDINGS: Record<string, readonly [string, ...string[]]> = {
  'image/jpeg': ['jpg', 'jpeg', 'jfif'],
  'image/webp': ['webp'],
  'image/png': ['png'],
}

/** What a picture is called once it is of another type: "IMG_1.HEIC" as a JPEG is "IMG_1.jpg". */
export function toPhotoName(name: string, type: string): string {
  const endings = ENDINGS[type]
  const ending = /\.([^./\\]{1,5})$/.exec(name)?.[1]
  if (endings === undefined || (ending !== undefined && endings.includes(ending.toLowerCase()))) return name
  const begin = ending === undefined ? name : name.slice(0, -ending.length - 1)
  return `${begin === '' ? 'photo' : begin}.${endings[0]}`
}
