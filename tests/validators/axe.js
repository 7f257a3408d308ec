// Reads every page of a web edition as axe-core does, light and dark, on a phone and on a desk, and prints what is
// wrong as a JSON list of sentences: violations, requests that leave the edition's folder, a page wider than its window.
// node axe.js CHROMIUM FOLDER
"use strict";

const fs = require("node:fs");
const path = require("node:path");
const { pathToFileURL } = require("node:url");
const { chromium } = require("playwright-core");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const WIDTHS = [390, 1280];
const SCHEMES = ["light", "dark"];

async function findings(page, address) {
  await page.goto(address, { waitUntil: "load" });
  await page.evaluate(AXE);
  // With preload axe would fetch every style sheet once more, which a browser refuses to pages from the disk.
  const wishes = { preload: false, resultTypes: ["violations"] };
  const { violations, passes } = await page.evaluate((options) => window.axe.run(document, options), wishes);
  const found = violations.flatMap((rule) =>
    rule.nodes.map((node) => `${rule.id}: ${rule.help}: ${node.html}`),
  );
  if (!passes.length) found.push("axe checked nothing");
  const [needs, has] = await page.evaluate(() => [document.documentElement.scrollWidth, window.innerWidth]);
  if (needs > has) found.push(`the page is ${needs} pixels wide`);
  return found;
}

async function main(executablePath, folder) {
  const home = pathToFileURL(path.resolve(folder) + path.sep).href;
  const pages = fs.readdirSync(folder).filter((name) => name.endsWith(".html")).sort();
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-quic"] });
  const wrong = [];
  const read = async (colorScheme, width) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 900 } });
    const page = await context.newPage();
    let name = "";
    const say = (what) => wrong.push(`${name} (${colorScheme}, ${width}): ${what}`);
    page.on("request", (request) => request.url().startsWith(home) || say(`asks for ${request.url()}`));
    page.on("requestfailed", (request) => say(`does not get ${request.url()}`));
    page.on("console", (message) => message.type() === "error" && say(`complains: ${message.text()}`));
    for (name of pages) (await findings(page, home + encodeURIComponent(name))).forEach(say);
    await context.close();
  };
  for (const width of WIDTHS) await Promise.all(SCHEMES.map((scheme) => read(scheme, width)));
  await browser.close();
  if (!pages.length) wrong.push("no page to read");
  console.log(JSON.stringify(wrong));
}

main(process.argv[2], process.argv[3]).catch((error) => {
  console.error(error);
  process.exit(1);
});
