/** Strokes on a 24 by 24 grid, 1.8 wide, as in ../icons.ts. These are not needed for the first screen. */
export const MEDIA_ICON_PATHS = {
  play: 'M8 5v14l11-7z',
  pause: 'M8.5 5.5v13M15.5 5.5v13',
  stop: 'M6.5 6.5h11v11h-11z',
  save: 'M12 4v11M7.5 10.5 12 15l4.5-4.5M5 20h14',
  'zoom-in': 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.7-4.7M10.5 8v5M8 10.5h5',
  'zoom-out': 'M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM20 20l-4.7-4.7M8 10.5h5',
  microphone: 'M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5v3M9 20.5h6',
  camera: 'M4 8h3.5L9 5.5h6L16.5 8H20v11H4zM12 16.5a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4z',
  photo: 'M4 5.5h16v13H4zM4.5 16l4.5-4.5 3.5 3.5 2.5-2.5 4.5 4M15.5 9.3v.1',
  text: 'M6.5 3.5h7.5L18 7.5v13H6.5zM14 3.5v4h4M9.5 11.5h5M9.5 14.5h5M9.5 17.5h3',
  document: 'M6.5 3.5h7.5L18 7.5v13H6.5zM14 3.5v4h4',
  table: 'M6.5 3.5h7.5L18 7.5v13H6.5zM14 3.5v4h4M9 11.5h6.5v6H9zM9 14.5h6.5M12.2 11.5v6',
  slides: 'M3.5 5h17v11h-17zM12 16v3.5M8.5 19.5h7M8 9h5M8 12h8',
  code: 'M6.5 3.5h7.5L18 7.5v13H6.5zM14 3.5v4h4M10.5 11.5 8.5 14l2 2.5M13.5 11.5l2 2.5-2 2.5',
  archive: 'M6.5 3.5h7.5L18 7.5v13H6.5zM14 3.5v4h4M11 3.5v2M12.5 6v2M11 8.5v2M10.5 13h2.5v3h-2.5z',
  program: 'M3.5 5h17v14h-17zM3.5 8.5h17M7.5 12l2.5 2-2.5 2M12 16h4',
  audio: 'M9 17.5V6l10-2v11.5M9 17.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0zM19 15.5a2.5 2.5 0 1 1-5 0 2.5 2.5 0 0 1 5 0z',
  video: 'M3.5 6.5h12v11h-12zM15.5 10.5l5-3v9l-5-3',
  describe: 'M4 6h16v10.5h-9L7 20v-3.5H4zM8 9.7h8M8 12.9h5',
} as const
export type MediaIconName = keyof typeof MEDIA_ICON_PATHS

export function isMediaIcon(name: string): name is MediaIconName {
  return name in MEDIA_ICON_PATHS
}
