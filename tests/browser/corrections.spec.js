// Corrections made in the page are labels that `uproar tune` understands.

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

import { dataOf, expect, folder, test } from "./page.js";

const uproar = (...args) =>
  spawnSync(process.env.UPROAR, [...args, "--no-config"], {
    cwd: process.env.ROOT,
    encoding: "utf8",
  });

async function correct(page, row, answers) {
  await page.locator("#queue-rows tr").nth(row).locator("[data-action=correct]").click();
  for (const [question, answer] of Object.entries(answers)) {
    const button = page.locator(`[data-question=${question}] [data-answer="${answer}"]`);
    await button.click();
    await expect(button).toHaveAttribute("aria-pressed", "true");
  }
  await page.keyboard.press("Escape");
}

async function downloaded(page, path) {
  const download = page.waitForEvent("download");
  await page.click("#download");
  await (await download).saveAs(path);
  expect((await download).suggestedFilename()).toBe("labels.csv");
  return readFileSync(path, "utf8");
}

test("three corrections, one of them taken back and made again", async ({ page }, info) => {
  const { rows, model } = await dataOf(page);
  await correct(page, 0, { anger: 0, urgency: 3 });
  await correct(page, 1, { sentiment: "negative", churn: "no" });
  await correct(page, 2, { urgency: 1 });
  await expect(page.locator("#correction-list li")).toHaveCount(3);
  await page.locator("#correction-list li").nth(1).getByRole("button", { name: /undo/i }).click();
  await expect(page.locator("#correction-list li")).toHaveCount(2);
  await correct(page, 1, { actionable: "yes" });
  await expect(page.locator("#correction-count")).toContainText("3");

  const path = info.outputPath("labels.csv");
  expect(await downloaded(page, path)).toBe(
    [
      "id,anger,urgency,sentiment,actionable,tried_before,churn,note,model",
      `${rows[0].id},0,3,,,,,,${model}`,
      `${rows[1].id},,,,yes,,,,${model}`,
      `${rows[2].id},,1,,,,,,${model}`,
      "",
    ].join("\n"),
  );

  // Three answers are understood, and are too few to learn from.
  const tuned = uproar("tune", path, "--scored", folder("REPORT"), "--dry-run");
  expect(tuned.stderr).toContain("too few");
  expect(tuned.status).toBe(6);

  await page.reload();
  await expect(page.locator("#correction-list li")).toHaveCount(3);
});

test("many corrections change the decision, or stand as figures", async ({ page }, info) => {
  // A hundred posts whose urgency somebody sees differently, put in as the buttons do.
  await page.evaluate(() => {
    const button = (selector) => document.querySelector(selector);
    for (let post = 0; post < 100; post += 1) {
      if (post % 25 === 0 && post > 0) button("#page-next").click();
      const rows = document.querySelectorAll("#queue-rows tr [data-action=correct]");
      rows[post % 25].click();
      button(`[data-question=urgency] [data-answer="${post % 4}"]`).click();
      button("#detail-close").click();
    }
  });
  const path = info.outputPath("labels.csv");
  expect((await downloaded(page, path)).trim().split("\n")).toHaveLength(101);
  const tuned = uproar("tune", path, "--scored", folder("REPORT"), "--dry-run");
  expect([0, 6]).toContain(tuned.status);
  expect(tuned.stdout + tuned.stderr).toMatch(/urgency/);
});
