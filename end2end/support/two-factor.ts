import { execFileSync } from 'node:child_process';
import type { Page } from '@playwright/test';
import { expect, hydrated } from './test.ts';

export const PAGE = '/account/two-factor';
export const CODES = `${PAGE}/codes`;

/** What an authenticator app shows, so many seconds from now. */
export function appCode(key: string, seconds = 0): string {
  const at = Math.floor(Date.now() / 1000) + seconds;
  return execFileSync('oathtool', ['--totp', '--base32', '--now', `@${at}`, key.replaceAll(' ', '')]).toString().trim();
}

/** Where the key stands as text. */
export const key = (page: Page) => page.getByRole('textbox', { name: 'Or type this key' });

/** Sets it up: the key, and the backup codes. */
export async function enrol(page: Page): Promise<{ shared: string; backup: string[] }> {
  await page.goto(PAGE);
  return connect(page);
}

/** The same on a page that shows the way to it. */
export async function connect(page: Page): Promise<{ shared: string; backup: string[] }> {
  await hydrated(page);
  const shared = await key(page).innerText();
  await page.getByLabel('Code from the app').fill(appCode(shared));
  await page.getByRole('button', { name: 'Turn on two-factor' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Save your backup codes' })).toBeVisible();
  const backup = await page.getByRole('region', { name: 'Backup codes' }).getByRole('listitem').allInnerTexts();
  await hydrated(page);
  await page.getByRole('checkbox', { name: 'I saved them' }).check();
  await page.getByRole('button', { name: 'Done' }).click();
  return { shared, backup: backup.map((code) => code.trim()) };
}
