import { anHourAgo, audit, expect, hydrated, isPlain, join, PASSWORD, test, TOKENS } from '../support/test.ts';
import { appCode, connect, enrol } from '../support/two-factor.ts';

const GENERAL = '/w/northwind-robotics/settings/general';

test.beforeEach(({ owner }) => owner);

test('a workspace requires two-factor: whom it affects is seen first, and they see the way to it alone', async ({ page, browser, server }) => {
  const context = await browser.newContext({ baseURL: server.url, javaScriptEnabled: !isPlain() });
  const sam = await context.newPage();
  await join(page, sam, 'sam@northwind.example', PASSWORD);

  await page.goto(GENERAL);
  await hydrated(page);
  await page.getByRole('link', { name: 'See whom it would affect' }).click();
  await expect(page.getByText('Turn on two-factor for your own account first')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Require two-factor' })).toHaveCount(0);
  const affected = page.getByRole('list').filter({ hasText: 'sam@northwind.example' }).getByRole('listitem');
  await expect(affected).toHaveText([/ops@northwind\.example\s*Owner/, /sam@northwind\.example\s*Member/]);
  await hydrated(page);
  await audit(page);

  const { shared } = await enrol(page);
  await page.goto(GENERAL);
  await hydrated(page);
  await page.getByRole('link', { name: 'See whom it would affect' }).click();
  await expect(page.getByRole('heading', { name: '1 person has none' })).toBeVisible();
  await expect(affected).toHaveText([/sam@northwind\.example/]);
  await hydrated(page);
  await page.getByRole('button', { name: 'Require two-factor' }).click();
  await expect(page.getByRole('link', { name: 'Stop requiring it' })).toBeVisible();
  await hydrated(page);
  await audit(page);

  await sam.goto(TOKENS);
  await expect(sam.getByRole('heading', { level: 1, name: 'Set up two-factor' })).toBeVisible();
  await expect(sam.getByText('Northwind Robotics requires two-factor')).toBeVisible();
  await hydrated(sam);
  await audit(sam);
  await connect(sam);
  await expect(sam).toHaveURL(new RegExp(`${TOKENS}\\??$`));
  await expect(sam.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();

  // To change the rule is sensitive: an old sign-in is confirmed with the password and a code.
  await page.getByRole('link', { name: 'Stop requiring it' }).click();
  await expect(page.getByText('Everybody in this workspace has two-factor.')).toBeVisible();
  await hydrated(page);
  anHourAgo(server);
  await page.getByRole('button', { name: 'Stop requiring it' }).click();
  const question = isPlain() ? page.locator('main') : page.getByRole('dialog', { name: 'Confirm that it is you' });
  await question.getByLabel('Password').fill(PASSWORD);
  await question.getByRole('button', { name: 'Confirm' }).click();
  await expect(question.getByText('The code is missing.')).toBeVisible();
  await hydrated(page);
  await audit(page);
  await question.getByLabel('Password').fill(PASSWORD);
  await question.getByLabel('Code from the app, or a backup code').fill(appCode(shared, 30));
  await question.getByRole('button', { name: 'Confirm' }).click();
  if (isPlain()) {
    await expect(page.getByText('It is you. Send the form once more.')).toBeVisible();
    await page.getByRole('button', { name: 'Stop requiring it' }).click();
  }
  await expect(page.getByRole('link', { name: 'See whom it would affect' })).toBeVisible();
  await page.goto('/w/northwind-robotics/activity');
  for (const event of ['required two-factor of everybody', 'stopped requiring two-factor', 'turned on two-factor']) {
    await expect(page.getByRole('listitem').filter({ hasText: event }).first()).toBeVisible();
  }
});
