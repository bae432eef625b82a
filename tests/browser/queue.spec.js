// Finding posts: search, filters, order, pages, and one post in full.

import { statSync } from "node:fs";

import { dataOf, expect, folder, ids, test } from "./page.js";

test("the page is small and soon there", async ({ page }) => {
  expect(statSync(`${folder("REPORT")}/report.html`).size).toBeLessThan(5_000_000);
  const milliseconds = await page.evaluate(
    () => performance.getEntriesByType("navigation")[0].loadEventEnd,
  );
  expect(milliseconds).toBeLessThan(2_000);
});

test("a search narrows the queue and says to how many", async ({ page }) => {
  const { rows } = await dataOf(page);
  await page.fill("#search", "REFUND");
  const expected = rows.filter((post) => /refund/i.test([post.text, post.topic].join(" ")));
  expect(expected.length).toBeGreaterThan(0);
  await expect(page.locator("#queue-status")).toContainText(String(expected.length));
  for (const text of await page.locator("#queue-rows tr").allTextContents()) {
    expect(text.toLowerCase()).toContain("refund");
  }
  await page.fill("#search", "no post has these words");
  await expect(page.locator("#queue-rows tr[data-id]")).toHaveCount(0);
  await page.click("#reset");
  await expect(page.locator("#queue-rows tr[data-id]")).toHaveCount(25);
});

for (const [name, of] of [
  ["company", (post) => post.company],
  ["band", (post) => post.band],
  ["topic", (post) => post.topic],
]) {
  test(`the filter by ${name} shows those posts and no others`, async ({ page }) => {
    const { rows } = await dataOf(page);
    if (new Set(rows.map(of)).size === 1) {
      // Of many posts, the first thousand can all be of one band.
      await expect(page.locator(`#filter-${name}`)).toBeHidden();
      return;
    }
    const value = of(rows.find((post) => of(post)));
    const expected = rows.filter((post) => of(post) === value).map((post) => post.id);
    await page.selectOption(`#filter-${name}`, value);
    expect(await ids(page)).toEqual(expected.slice(0, 25));
    await expect(page.locator("#queue-status")).toContainText(String(expected.length));
  });
}

test("filters with one value are not offered", async ({ page }) => {
  await expect(page.locator("#filter-language")).toBeHidden();
});

test("a click on a heading sorts, a second one the other way", async ({ page }) => {
  const { rows } = await dataOf(page);
  const anger = Object.fromEntries(rows.map((post) => [post.id, post.scores.anger]));
  const heading = page.locator('#queue-table th[data-sort="anger"]');
  await heading.getByRole("button").click();
  await expect(heading).toHaveAttribute("aria-sort", "descending");
  const falling = (await ids(page)).map((id) => anger[id]);
  expect(falling).toEqual([...falling].sort((a, b) => b - a));
  expect(falling[0]).toBe(Math.max(...Object.values(anger)));
  await heading.getByRole("button").click();
  await expect(heading).toHaveAttribute("aria-sort", "ascending");
  const rising = (await ids(page)).map((id) => anger[id]);
  expect(rising[0]).toBe(Math.min(...Object.values(anger)));
});

test("pages follow one another without gap", async ({ page }) => {
  const { rows } = await dataOf(page);
  const seen = await ids(page);
  while (await page.locator("#page-next").isEnabled()) {
    await page.click("#page-next");
    seen.push(...(await ids(page)));
  }
  expect(seen).toEqual(rows.map((post) => post.id));
});

test("a post opens by mouse, with terms that add up and marked words", async ({ page }) => {
  const { rows } = await dataOf(page);
  await page.locator("#queue-rows tr").first().locator("[data-action=open]").click();
  await expect(page.locator("#detail")).toBeVisible();
  const label = await page.locator("#detail .terms").getAttribute("aria-label");
  const [priority, , ...terms] = label.match(/\d+(\.\d+)?/g).map(Number);
  expect(terms.length).toBe(6);
  const sum = terms.reduce((a, b) => a + b, 0);
  expect(Math.abs(sum - priority)).toBeLessThan(0.35);
  expect(Math.abs(priority - rows[0].priority)).toBeLessThan(0.06);
  expect(await page.locator("#detail mark[data-strength]").count()).toBeGreaterThan(0);
  await page.click("#detail-next");
  await expect(page.locator("#detail-title")).toContainText("Post 2");
});

test("everything can be done with the keyboard", async ({ page }) => {
  const reach = async (target) => {
    for (let presses = 0; presses < 80; presses += 1) {
      if (await page.locator(target).first().evaluate((node) => node === document.activeElement)) {
        return;
      }
      await page.keyboard.press("Tab");
    }
    throw new Error(`${target} is out of reach`);
  };
  await reach("#search");
  await page.keyboard.type("refund");
  await expect(page.locator("#queue-status")).toContainText("posts");
  await reach("#filter-topic");
  await reach("#queue-rows [data-action=open]");
  await page.keyboard.press("Enter");
  await expect(page.locator("#detail")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.locator("#detail")).toBeHidden();
  await expect(page.locator("#queue-rows [data-action=open]").first()).toBeFocused();
});

test("the focus stays in an open post", async ({ page }) => {
  await page.locator("#queue-rows [data-action=open]").first().click();
  for (let presses = 0; presses < 60; presses += 1) {
    await page.keyboard.press("Tab");
    // Between the last and the first button, the browser's own controls have it.
    const isInside = await page.evaluate(
      () => document.activeElement === document.body || document.activeElement.closest("dialog") !== null,
    );
    expect(isInside).toBe(true);
  }
});

test("paper shows the queue", async ({ page }) => {
  await page.emulateMedia({ media: "print" });
  await expect(page.locator("#queue-rows tr").first()).toBeVisible();
  await expect(page.locator("#filters")).toBeHidden();
});
