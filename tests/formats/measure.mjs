// SPDX-License-Identifier: Apache-2.0
// Measures pages of long runs: measure.mjs COMMAND FOLDER [EVENTS...]. Of runs that stop after so many events: how long the
// command takes, how large the page is, how long Chromium takes to show it, and how long a step of time travel does. Prints a
// table in Markdown. Needs puppeteer-core where node finds it, and Chromium. Exit status 1 where a page takes 2 s or more.
import { spawnSync } from "node:child_process";
import { statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "node_modules", "x.js"));
const { default: puppeteer } = require("puppeteer-core");
const [command, folder, ...wanted] = process.argv.slice(2);
const events_of_a_round = 8;
const sizes = wanted.length ? wanted.map(Number) : [100, 10_000, 100_000];

// Two who send a ball to and fro, and one who waits for a result that nobody sends: messages, waits, a lock, writes and reads. A
// round is 8 events; what is violated is at its end, near which a page looks.
const workflow = (events) => `workflow: rally
context: {score: {}}
resources: {court: {lock: {}}}
agents:
  ann:
    do:
      - repeat: [{send: {to: bob, topic: ball}}, {receive: ball}, {read: score}, {work: {time: 1s, makes: score}}, {write: score}]
        times: ${Math.max(1, Math.round(events / events_of_a_round))}
      - emit: over
  bob: {do: [{repeat: [{receive: ball}, {acquire: court}, {work: 1s}, {release: court}, {send: {to: ann, topic: ball}}]}]}
  eve: {do: [{receive: result}]}
check: [{never: {emitted: over}}]
`;

const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
const middle = (values) => values.sort((a, b) => a - b)[values.length >> 1];

/** Milliseconds until it is painted, and those of a step of time travel, each the middle one of five. */
async function shown(file) {
  const opened = [], stepped = [];
  for (let times = 0; times < 5; ++times) {
    const page = await browser.newPage();
    const begin = performance.now();
    await page.goto(`file://${path.resolve(file)}`, { waitUntil: "load" });
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    opened.push(performance.now() - begin);
    stepped.push(await page.evaluate(async () => {
      const begin = performance.now();
      for (let step = 0; step < 20; ++step) {
        document.body.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowLeft", bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
      return (performance.now() - begin) / 20;
    }));
    await page.close();
  }
  return { open: middle(opened), step: middle(stepped) };
}

let slow = false;
console.log("| events | page written in | page | opens in | a step of time travel |\n|---:|---:|---:|---:|---:|");
for (const events of sizes) {
  const yaml = path.join(folder, `rally-${events}.yaml`), html = path.join(folder, `rally-${events}.html`);
  writeFileSync(yaml, workflow(events));
  const begin = performance.now();
  const run = spawnSync(command, ["run", yaml, "--report", html, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const took = performance.now() - begin;
  if (![0, 1, 4].includes(run.status)) throw new Error(run.stderr);
  const told = JSON.parse(run.stdout);
  const { open, step } = await shown(html);
  slow ||= open >= 2000;
  console.log(`| ${told.events.toLocaleString("en")} | ${(took / 1000).toFixed(2)} s | ${Math.round(statSync(html).size / 1000)} kB | ${Math.round(open)} ms | ${step.toFixed(0)} ms |`);
}
await browser.close();
process.exit(slow ? 1 : 0);
