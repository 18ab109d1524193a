import { defineConfig, type PlaywrightTestOptions } from '@playwright/test';

// Chromium as Debian packages it, told not to look for a graphics card or to call home.
const browser: Partial<PlaywrightTestOptions> & { launchOptions: object } = {
  viewport: { width: 1440, height: 900 },
  locale: 'en-GB',
  timezoneId: 'Europe/Berlin',
  launchOptions: {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  },
};

// Every story is told twice: with JavaScript and without.
export default defineConfig({
  testDir: 'stories',
  fullyParallel: true,
  forbidOnly: Boolean(process.env.CI),
  retries: 0,
  workers: 2,
  // The longest story has five people in it; a busy machine may take its time.
  timeout: 150_000,
  expect: { timeout: 10_000 },
  reporter: 'list',
  use: { ...browser, trace: 'retain-on-failure' },
  projects: [
    { name: 'script', use: { javaScriptEnabled: true } },
    { name: 'plain', use: { javaScriptEnabled: false } },
  ],
});
