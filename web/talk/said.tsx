// What a person has written: text and nothing else, with its addresses to be pressed.

import { ADDRESS } from './addresses.ts';

export function said(text: string) {
  const parts = [];
  let from = 0;
  for (const { 0: address, index } of text.matchAll(ADDRESS)) {
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
