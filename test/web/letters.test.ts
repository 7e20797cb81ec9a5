// Every letter as a mail program with a browser's engine shows it: on a telephone and on a desk, in the light and in the dark.
import { beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { LOCALES } from '../../src/domain/people.ts';
import { letterOf } from '../../src/providers/mail/letter.ts';
import { HOSTILE, TEMPLATES, USUAL, letterTo } from '../helpers/letters.ts';
import { launch } from './browser.ts';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});

const settings = {
  from: { name: 'Parley', address: 'no-reply@parley.test' },
  publicUrl: () => new URL('https://parley.test/help'),
  signChoice: (userId: string, choice: string) => `${userId}.${choice}.${'proof'.repeat(9)}`,
};

interface Look {
  /** px that nobody sees without scrolling sideways */
  readonly beyond: number;
  /** the lowest contrast of a text that is shown, and the text */
  readonly contrast: readonly [number, string];
  readonly button: { readonly width: number; readonly height: number; readonly againstSheet: number };
  readonly preheaderHeight: number;
}

/** Runs in the page. */
const LOOK = `(() => {
  const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => {
    const [x, y, z] = [r, g, b].map((c) => (c / 255 <= 0.03928 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * x + 0.7152 * y + 0.0722 * z;
  };
  const ratio = (one, other) => {
    const [high, low] = [light(one), light(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found[3] !== 0) return found;
    }
    return [255, 255, 255];
  };
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  let contrast = [21, ''];
  while (words.nextNode()) {
    const { parentElement: node, data } = words.currentNode;
    if (data.trim() === '' || node.closest('.preheader')) continue;
    const found = ratio(rgb(getComputedStyle(node).color), behind(node));
    if (found < contrast[0]) contrast = [found, data.trim()];
  }
  const [button, ...others] = document.querySelectorAll('.button');
  if (others.length > 0) throw new Error('more than one button');
  const { width, height } = button.getBoundingClientRect();
  return {
    beyond: document.documentElement.scrollWidth - innerWidth,
    contrast,
    button: { width, height, againstSheet: ratio(behind(button), behind(button.closest('.sheet'))) },
    preheaderHeight: document.querySelector('.preheader').getBoundingClientRect().height,
  };
})()`;

test.each([
  [320, 'light'],
  [320, 'dark'],
  [700, 'light'],
  [700, 'dark'],
] as const)(
  '11.1 at %i px in the %s every letter fits in every language, can be read, and has one button',
  { timeout: 180_000 },
  async (width, colorScheme) => {
    const page = await browser.newPage({ viewport: { width, height: 640 }, colorScheme, javaScriptEnabled: true });
    const letters = TEMPLATES.flatMap((template) => LOCALES.map((locale) => [template, locale] as const));
    for (const [index, [template, locale]] of letters.entries()) {
      // each second one with the worst that people could have written: all have the same layout
      const words = index % 2 === 0 ? USUAL : HOSTILE;
      await page.setContent(letterOf(letterTo(template, locale, words), settings).letter.html);
      const { beyond, contrast, button, preheaderHeight } = await page.evaluate<Look>(LOOK);
      const which = `${template} in ${locale}`;
      expect([which, beyond]).toEqual([which, 0]);
      expect(contrast[0], `${which}: ${contrast[1]}`).toBeGreaterThanOrEqual(4.5);
      expect(button.againstSheet, which).toBeGreaterThanOrEqual(3);
      expect(button.height, which).toBeGreaterThanOrEqual(44);
      expect(button.width, which).toBeGreaterThan(width === 320 ? 250 : 100);
      expect(preheaderHeight, which).toBe(0);
    }
    await page.close();
  },
);

test('without the styles of its head, as some programs show it, a letter still has its look', async () => {
  const page = await browser.newPage({ viewport: { width: 700, height: 640 } });
  const { html } = letterOf(letterTo('answer_received', 'en'), settings).letter;
  await page.setContent(html.replace(/<style[^>]*>.*?<\/style>/gs, ''));
  const look = await page.evaluate<Look>(LOOK);
  expect([look.beyond, look.preheaderHeight]).toEqual([0, 0]);
  expect(look.contrast[0]).toBeGreaterThanOrEqual(4.5);
  expect(look.button.againstSheet).toBeGreaterThanOrEqual(3);
  await page.close();
});
