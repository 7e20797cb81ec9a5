// What a person has written: text and nothing else, with its addresses to be pressed.

const ADDRESS = /https?:\/\/[^\s<>"']+/g;
const BEHIND = /[.,;:!?)\]}»”’]+$/; // of the sentence, not of the address

export function said(text: string) {
  const parts = [];
  let from = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const address = found.replace(BEHIND, '');
    parts.push(
      text.slice(from, index),
      <a href={address} target="_blank" rel="noopener noreferrer nofollow ugc">
        {address}
      </a>,
    );
    from = index + address.length;
  }
  return [...parts, text.slice(from)];
}
