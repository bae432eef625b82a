// Photographs a report's page and the terminal's summary:
//
//     node scripts/gallery/shoot.mjs REPORT.html TERMINAL.html FOLDER

import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { launchOptions } from "../../tests/browser/chromium.js";

// Playwright is installed with the tests of the page; the gallery needs no second copy.
const require = createRequire(new URL("../../tests/browser/package.json", import.meta.url));
const { chromium } = require("@playwright/test");

const [report, terminal, folder] = process.argv.slice(2).map((path) => resolve(path));
const DESKTOP = { width: 1280, height: 1180 };
const PHONE = { width: 390, height: 844 };

const browser = await chromium.launch(launchOptions);

/** Opens a file in a fresh browser, and hands its page to `take`. */
async function withPage(file, options, take) {
  const context = await browser.newContext({
    viewport: DESKTOP,
    colorScheme: "light",
    reducedMotion: "reduce",
    // Dates and numbers shall not depend on the machine that takes the pictures.
    locale: "en-GB",
    timezoneId: "UTC",
    ...options,
  });
  const page = await context.newPage();
  await page.goto(pathToFileURL(file).href);
  await take(page, (name, clip) => page.screenshot({ path: join(folder, `${name}.png`), ...clip }));
  await context.close();
}

/** The part of the page that holds all of these elements, and a little around it. */
async function around(page, selectors) {
  const margin = 12;
  const boxes = await Promise.all(selectors.map((selector) => page.locator(selector).boundingBox()));
  const left = Math.max(0, Math.min(...boxes.map((box) => box.x)) - margin);
  const top = Math.max(0, Math.min(...boxes.map((box) => box.y)) - margin);
  const right = Math.max(...boxes.map((box) => box.x + box.width)) + margin;
  const bottom = Math.max(...boxes.map((box) => box.y + box.height)) + margin;
  return { fullPage: true, clip: { x: left, y: top, width: right - left, height: bottom - top } };
}

/** Opens the first post whose words are marked. */
async function openMarked(page) {
  for (const button of await page.locator("#queue-rows tr [data-action=open]").all()) {
    await button.click();
    if ((await page.locator("#detail mark").count()) > 0) return;
    await page.locator("#detail-close").click();
  }
  throw new Error("no post of the first page of the queue has marked words");
}

await withPage(report, {}, async (page, shoot) => {
  await page.locator("#queue-rows tr").first().waitFor();
  await shoot("page");
  await shoot("charts", await around(page, ["#trend", "#map"]));
  await shoot("equity", await around(page, ["#equity"]));
});
await withPage(report, { colorScheme: "dark" }, async (page, shoot) => {
  await page.locator("#queue-rows tr").first().waitFor();
  await shoot("page-dark");
});
await withPage(report, { viewport: PHONE, deviceScaleFactor: 1.5, isMobile: true, hasTouch: true }, async (page, shoot) => {
  await page.locator("#queue-rows tr").first().waitFor();
  await shoot("phone");
});
await withPage(report, { viewport: { width: 1280, height: 900 } }, async (page, shoot) => {
  await openMarked(page);
  // The pointer rests on a button otherwise, which then looks pressed.
  await page.mouse.move(0, 0);
  await shoot("detail");
});
await withPage(terminal, { deviceScaleFactor: 1.5 }, async (page, shoot) => {
  await page.addStyleTag({
    content: "body { margin: 0 } pre { margin: 0; padding: 16px; width: max-content; font: 14px/1.4 monospace }",
  });
  await page.locator("pre").screenshot({ path: join(folder, "terminal.png") });
});
await browser.close();
