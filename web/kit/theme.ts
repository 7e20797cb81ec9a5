// Light or dark, and the host's own accent with a text on it that can be read.

const CHANNELS = /^rgba?\((\d+)[ ,]+(\d+)[ ,]+(\d+)/;

/** Black or white, whichever has more contrast (4.58 at least). `rgb`: as getComputedStyle gives it; null when it is no colour. */
export function onColour(rgb: string): '#000000' | '#ffffff' | null {
  const channels = CHANNELS.exec(rgb)?.slice(1).map(Number);
  if (channels === undefined) return null;
  const [r = 0, g = 0, b = 0] = channels.map((channel) => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
  return luminance > 0.179 ? '#000000' : '#ffffff';
}
