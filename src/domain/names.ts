// Names that lie (docs/decisions.md, 54): who chooses a name for themselves is neither the service nor one of its team.

import unhomoglyph from 'unhomoglyph';

/** What the service and its team are called unless a setting says otherwise, in its three languages. */
export const RESERVED_NAMES: readonly string[] = [
  ...['Parley', 'System', 'Admin', 'Administrator', 'Moderator', 'Staff', 'Official', 'Support', 'Help desk'],
  ...['Customer care', 'Customer service', 'Customer support', 'Expert', 'Expert support'],
  ...['Kundendienst', 'Kundenservice', 'Kundenbetreuung', 'Kundensupport', 'Experte', 'Expertin', 'Mitarbeiter'],
  ...['Atención al cliente', 'Servicio al cliente', 'Soporte', 'Experto', 'Experta', 'Administrador', 'Moderador'],
  ...['Sistema', 'Administradora', 'Moderadora', 'Administratorin', 'Moderatorin', 'Mitarbeiterin'],
];

/** Letters that look alike in ASCII, whatever the case. */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/[i1|]/g, 'l'],
  [/0/g, 'o'],
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/5/g, 's'],
  [/3/g, 'e'],
  [/[4@]/g, 'a'],
];

/**
 * What a name looks like: the same for two names that people take for one another (the skeleton of UTS 39, without case and
 * marks, as words with one blank between them). It is never shown.
 */
export function skeletonOf(name: string): string {
  const latin = unhomoglyph(name.normalize('NFKD').replace(/[\p{M}\p{Default_Ignorable_Code_Point}]/gu, ''));
  const lower = latin.normalize('NFKD').toLowerCase();
  const folded = ALIKE.reduce((text, [those, one]) => text.replace(those, one), lower);
  return folded.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();
}

/** Does the name say one of these words, as it is or in letters that look like it, in one word or in several? */
export function saysReserved(name: string, reserved: readonly string[]): boolean {
  const looks = new Set(reserved.map((one) => skeletonOf(one).replaceAll(' ', '')));
  const longest = Math.max(0, ...[...looks].map(({ length }) => length));
  const words = skeletonOf(name).split(' ');
  return words.some((_, first) => {
    let said = '';
    for (const word of words.slice(first)) {
      said += word;
      if (said.length > longest) return false;
      if (said !== '' && looks.has(said)) return true;
    }
    return false;
  });
}
