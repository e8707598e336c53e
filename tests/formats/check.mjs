// SPDX-License-Identifier: Apache-2.0
// Hands what the command writes to those who read it: check.mjs COMMAND SCHEMAS FOLDER WORKFLOW...
// SCHEMAS: a folder with the JSON schemas; FOLDER: where files are written. Ends with `N passed, N failed`. Needs
// puppeteer-core, ajv, ajv-draft-04, ajv-formats, mermaid and jsdom where node finds them, Chromium and Graphviz.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(path.join(process.cwd(), "node_modules", "x.js"));
const [command, schemas, folder, ...workflows] = process.argv.slice(2);
const { default: puppeteer } = require("puppeteer-core");
const Ajv = require("ajv").default;
const Draft4 = require("ajv-draft-04").default;
const formats = require("ajv-formats").default;

let passed = 0, failed = 0, slowest = 0;
function check(what, ok, why = "") {
  if (ok) { ++passed; return; }
  ++failed;
  console.log(`FAILED  ${what}: ${why}`);
}

/** What each consumer said of each file that it was given, as a row of the table at the end. */
const said = new Map();
function consumed(format, consumer, file, ok, why = "") {
  const row = said.get(format) ?? { consumer, read: 0, refused: 0 };
  said.set(format, row);
  row[ok ? "read" : "refused"] += 1;
  check(`${file}: ${consumer} reads its ${format}`, ok, why);
}

function validator(name, Kind) {
  const file = path.join(schemas, name);
  const ajv = new Kind({ strict: false, unicodeRegExp: false });  // a pattern for languages in SARIF's is none with /u
  formats(ajv);
  return ajv.compile(JSON.parse(readFileSync(file, "utf8")));
}
const schemaOf = {
  sarif: validator("sarif-2.1.0.json", Draft4),
  otlp: validator("otlp-json-traces.schema.json", Ajv),
  "trace-event": validator("trace-event-json.schema.json", Ajv),
};
const lineOfTrace = validator("trace.schema.json", Ajv);
const consumerOf = { sarif: "ajv with SARIF's schema", otlp: "ajv with the schema of OTLP/JSON", "trace-event": "ajv with a schema, and the nesting of slices" };

/** Times stand there as fractions of microseconds, which do not add up exactly. */
const nanoseconds = (microseconds) => Math.round(microseconds * 1000);

/** Slices of one track must lie within each other or apart, and every flow begins once and ends once. */
function nests(events) {
  const tracks = new Map(), flows = new Map();
  for (const event of events) {
    if (event.ph === "X") (tracks.get(event.tid) ?? tracks.set(event.tid, []).get(event.tid)).push([nanoseconds(event.ts), nanoseconds(event.ts) + nanoseconds(event.dur)]);
    if (event.ph === "s" || event.ph === "f") flows.set(event.id, (flows.get(event.id) ?? "") + event.ph);
  }
  for (const [track, slices] of tracks) {
    slices.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    const open = [];
    for (const [from, to] of slices) {
      while (open.length && open[open.length - 1] <= from) open.pop();
      if (open.length && open[open.length - 1] < to) return `slices of track ${track} overlap at ${from}`;
      open.push(to);
    }
  }
  for (const [id, ends] of flows) if (ends !== "sf") return `flow ${id} is ${ends}`;
  return "";
}

/** ShiViz: every entry matches its expression, and a host's own clock counts 1, 2, 3, … */
function shiviz(text) {
  const expression = /(?<host>\S*) (?<clock>{.*})\n(?<event>.*)\n/gy, own = new Map();
  let end = 0;
  for (const { groups, index, 0: all } of text.matchAll(expression)) {
    if (index !== end) return `no entry at ${end}`;
    end = index + all.length;
    const clock = JSON.parse(groups.clock);
    if (clock[groups.host] !== (own.get(groups.host) ?? 0) + 1) return `the clock of ${groups.host} does not count`;
    own.set(groups.host, clock[groups.host]);
  }
  return end === text.length ? "" : `no entry at ${end}`;
}

const { JSDOM } = require("jsdom");
const dom = new JSDOM("<!doctype html><body></body>");
global.window = dom.window;
global.document = dom.window.document;
const mermaid = (await import(require.resolve("mermaid").replace(/mermaid\.[^/]*$/, "mermaid.core.mjs"))).default;

const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });

/** Opens a page, a file or one that is served, and tells what a console and a network saw of it. */
async function opened(file) {
  const served = file.startsWith("http://");
  const page = await browser.newPage();
  const trouble = [], asked = [];
  page.on("console", (message) => { if (message.type() === "error" || message.type() === "warning") trouble.push(message.text()); });
  page.on("pageerror", (error) => trouble.push(String(error)));
  page.on("dialog", async (dialog) => { trouble.push(`a dialog: ${dialog.message()}`); await dialog.dismiss(); });
  page.on("request", (request) => { if (!request.url().startsWith(served ? file : "file:")) asked.push(request.url()); });
  const begin = Date.now();
  await page.goto(served ? file : `file://${path.resolve(file)}`, { waitUntil: "load" });
  return { page, trouble, asked, took: Date.now() - begin };
}

/** What time travel shows: the number of its moment, and a text for each line that says something, sorted. */
const state = (page) => page.evaluate(() => ({
  number: document.querySelector("section.travel").dataset.moment,
  rows: [...document.querySelectorAll(".state tr")].map(({ children: [who, what, , after] }) => [who, what, after].map((cell) => cell.textContent))
    .filter(([, , after]) => after !== "").map((row) => row.join("|")).sort(),
}));
/** The same of what `replay --until --json` says. */
function rowsOf({ agents, things }) {
  const listed = (words) => words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words[words.length - 1]}`;
  return [
    ...agents.flatMap(({ name, doing, mailbox, variables }) => [[name, "does", listed(doing)],
      ["", "in its mailbox", listed(mailbox) || "nothing"], ["", "remembers", variables.join(", ")]]),
    ...things.map(({ name, holds }) => [name, "holds", holds]),
  ].filter(([, , said]) => said !== "").map((row) => row.join("|")).sort();
}

for (const [number, workflow] of workflows.entries()) {
  const name = workflow.replace(/.*suites\//, "");
  const first = spawnSync(command, ["run", workflow, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  const at = (ending) => path.join(folder, `${number}.${ending}`);
  const paths = { report: at("html"), sarif: at("sarif"), otlp: at("otlp.json"), "trace-event": at("events.json"),
    trace: at("jsonl"), shiviz: at("log"), dot: at("dot"), mermaid: at("mmd") };
  // A run without an end is a million events, and no text that this program could hold: of such a one its first hour, after
  // which everybody hangs.
  const played = [workflow];
  if (first.status !== 2 && JSON.parse(first.stdout).events > 200_000) {
    const { agents } = JSON.parse(execFileSync(command, ["replay", workflow, "--until", "1", "--json"], { encoding: "utf8" }));
    writeFileSync(at("plan"), agents.map(({ name }) => `- agent-hang: {agent: ${name}, at: {time: 1h}}\n`).join(""));
    played.push("--plan", at("plan"));
    console.log(`${name} does not end: its first hour`);
  }
  const run = spawnSync(command, ["run", ...played, "--json", ...Object.entries(paths).flatMap(([o, p]) => [`--${o}`, p])], { encoding: "utf8", maxBuffer: 1 << 28 });
  check(`${name}: runs`, run.status === 0 || run.status === 1 || run.status === 4, run.stderr);
  if (![0, 1, 4].includes(run.status)) continue;
  const told = JSON.parse(run.stdout);

  for (const [format, validate] of Object.entries(schemaOf)) {
    const json = JSON.parse(readFileSync(paths[format], "utf8"));
    const valid = validate(json), nested = format === "trace-event" ? nests(json.traceEvents) : "";
    consumed(format, consumerOf[format], name, valid && !nested, `${JSON.stringify(validate.errors?.slice(0, 3))} ${nested}`);
    if (format === "sarif")
      check(`${name}: a result for each violation`, json.runs[0].results.length === told.violations.length);
  }
  const findings = at("lint.sarif");
  spawnSync(command, ["lint", workflow, "--sarif", findings]);
  consumed("lint --sarif", consumerOf.sarif, name, schemaOf.sarif(JSON.parse(readFileSync(findings, "utf8"))), JSON.stringify(schemaOf.sarif.errors?.slice(0, 3)));
  const wrong = shiviz(readFileSync(paths.shiviz, "utf8"));
  consumed("shiviz", "ShiViz' expression, and clocks that count", name, !wrong, wrong);
  const dot = spawnSync("dot", ["-Tsvg", paths.dot], { encoding: "utf8" });
  consumed("dot", "Graphviz", name, dot.status === 0 && dot.stderr === "", dot.stderr);
  let why = "";
  try { await mermaid.parse(readFileSync(paths.mermaid, "utf8")); } catch (error) { why = String(error); }
  consumed("mermaid", "Mermaid's own parser", name, !why, why);
  const lines = readFileSync(paths.trace, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  const unlike = lines.find((line) => !lineOfTrace(line));
  consumed("trace", "ajv with reports/formats/trace.schema.json", name,
    !unlike && lines[0].squall_trace === 1 && lines.slice(1).every((line, n) => line.n === n + 1), JSON.stringify(unlike));
  for (const [format, ending] of [["junit", "xml"]]) {
    const file = at(ending);
    spawnSync(command, ["test", workflow, "--seeds", "3", `--${format}`, file]);
    const lint = spawnSync("xmllint", ["--noout", "--schema", path.join(schemas, "jenkins-junit-10.xsd"), file], { encoding: "utf8" });
    consumed(format, "xmllint with Jenkins' XSD", name, lint.status === 0, lint.stderr);
  }

  const { page, trouble, asked, took } = await opened(paths.report);
  consumed("report", "Chromium, without a word on its console or a request", name, trouble.length + asked.length === 0, [...trouble, ...asked].join("; "));
  slowest = Math.max(slowest, took);
  // Of one without an end the beginning of the trouble and the end are shown: it is twice a typical one.
  check(`${name}: under 300 kB`, played.length > 1 || statSync(paths.report).size < 300_000, `${statSync(paths.report).size} bytes`);
  const seen = await page.evaluate(() => ({
    text: document.body.innerText,
    travel: document.querySelector("section.travel")?.hidden === false,
    images: document.querySelectorAll("img, iframe, object, embed").length,
    cycles: document.querySelectorAll("svg.wait-for").length,
    lineage: document.querySelectorAll("svg.lineage").length,
    boxes: document.querySelectorAll("svg.lineage .piece").length,
    words: document.querySelectorAll("#lineage ~ details li").length,
    ids: [...document.querySelectorAll("[id]")].map((each) => each.id),
    unnamed: [...document.querySelectorAll("svg")].filter((svg) => svg.getAttribute("aria-hidden") !== "true" && !svg.querySelector(":scope > title")?.textContent).length,
    nodes: [...document.querySelectorAll("svg.wait-for .node text")].map((node) => node.textContent),
  }));
  const makes = lines.slice(1).some((line) => line.kind === "made");
  check(`${name}: a figure of lineage where work was made`, seen.lineage === (makes ? 1 : 0), `${seen.lineage} for ${makes}`);
  check(`${name}: each piece of it in words`, seen.boxes === seen.words, `${seen.boxes} boxes, ${seen.words} sentences`);
  check(`${name}: names are text`, seen.images === 0);
  check(`${name}: each id once`, new Set(seen.ids).size === seen.ids.length, seen.ids.filter((id, n) => seen.ids.indexOf(id) !== n).join(", "));
  check(`${name}: each figure has a text alternative`, seen.unnamed === 0, `${seen.unnamed} have none`);
  check(`${name}: time travel is there`, seen.travel);
  for (const violation of told.violations) check(`${name}: ${violation.invariant} is told`, seen.text.includes(violation.invariant));
  const cycles = told.violations.filter((violation) => violation.story[0]?.startsWith("the cycle "));
  check(`${name}: a figure for each cycle`, seen.cycles === cycles.length, `${seen.cycles} for ${cycles.length}`);
  for (const cycle of cycles) {
    const first = cycle.story[0].slice("the cycle ".length).split(" -> ")[0];
    check(`${name}: the cycle stands in the page`, seen.nodes.includes(first), first);
  }

  // Time travel by keys, forth and back, shows what `replay --until` says.
  for (const keys of [["Home", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight"], ["ArrowLeft", "ArrowLeft"],
    ["End"], ["PageUp", "ArrowLeft"], ["PageDown"], ["Home"]]) {
    for (const key of keys) await page.keyboard.press(key);
    const there = await state(page);
    const until = JSON.parse(execFileSync(command, ["replay", ...played, "--until", there.number, "--json"], { encoding: "utf8" }));
    const wanted = rowsOf(until), differ = there.rows.findIndex((row, n) => row !== wanted[n]);
    check(`${name}: keys show what replay --until says`, differ < 0 && there.rows.length === wanted.length,
      `${there.rows[differ]} and ${wanted[differ]} of ${there.rows.length} and ${wanted.length} at ${there.number}`);
  }
  await page.close();
}
// Pages of many runs: a campaign, a grid, and a campaign that is served while it goes on.
{
  const workflow = workflows.find((each) => each.includes("mast-3-3")) ?? workflows[0];
  const campaign = path.join(folder, "campaign"), html = path.join(folder, "campaign.html"), grid = path.join(folder, "grid.html");
  rmSync(campaign, { recursive: true, force: true });
  const fuzz = (seeds) => spawnSync(command, ["fuzz", workflow, "--seeds", String(seeds), "--shard-size", "100", "--out", campaign], { encoding: "utf8" });
  fuzz(200);
  const written = spawnSync(command, ["report", campaign, "--out", html], { encoding: "utf8" });
  check("a campaign: its page is written", written.status === 0, written.stderr);
  spawnSync(command, ["compare", workflow, "--grid", "message-loss=0..20%/5", "--grid", "agent-crash=0..10%/5", "--seeds", "50", "--report", grid], { encoding: "utf8" });
  for (const [file, figure, parts] of [[html, "svg.times", "rect"], [grid, "svg.heat", "g.cell"]]) {
    const { page, trouble, asked } = await opened(file);
    check(`${file}: no errors on the console`, trouble.length === 0, trouble.join("; "));
    check(`${file}: nothing asked of a network`, asked.length === 0, asked.join("; "));
    const drawn = await page.evaluate((selector) => document.querySelectorAll(selector).length, `${figure} ${parts}`);
    check(`${file}: its figure is drawn`, drawn > 2, `${drawn} parts`);
    await page.close();
  }
  const server = spawn(command, ["report", campaign, "--serve"], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((resolve) => server.stderr.on("data", (said) => resolve(String(said).match(/http:\S+/)[0])));
  const { page, trouble, asked } = await opened(address);
  const shows = async (runs) => {  // asked again and again: while it loads anew there is nothing to ask
    for (let times = 0; times < 120; ++times) {
      const said = await page.evaluate(() => document.body?.innerText ?? "").catch(() => "");
      if (said.includes(`of ${runs} runs`)) return true;
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
    return false;
  };
  check("a served campaign: it is shown", await shows(200));
  fuzz(400);
  check("a served campaign: it grows by itself", await shows(400));
  check("a served campaign: no errors on the console", trouble.length === 0, trouble.join("; "));
  check("a served campaign: nobody else is asked", asked.length === 0, asked.join("; "));
  await page.close();
  const ended = new Promise((resolve) => server.on("exit", resolve));
  server.kill("SIGINT");
  check("a served campaign: Ctrl-C ends it with 130", await ended === 130);
}
// A case of decisions, found by a search: its page travels along events, and says at each what `replay --until` says.
for (const [number, workflow] of workflows.filter((each) => /feature-team|lost-write|stale|crash/.test(each)).slice(0, 3).entries()) {
  const name = `decisions of ${workflow.replace(/.*suites\//, "")}`, out = path.join(folder, `found-${number}`);
  rmSync(out, { recursive: true, force: true });
  const report = path.join(folder, `search-${number}.html`);
  const search = spawnSync(command, ["explore", workflow, "--first", "--faults", "1", "--states", "50000", "--timers", "last", "--out", out, "--report", report, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (search.status !== 1) { check(`${name}: found`, search.status === 4 || search.status === 0, search.stderr); continue; }
  const found = JSON.parse(search.stdout).findings[0];
  const html = path.join(folder, `found-${number}.html`);
  const played = JSON.parse(spawnSync(command, ["replay", found.case, "--report", html, "--json"], { encoding: "utf8", maxBuffer: 1 << 28 }).stdout);
  for (const file of [report, html]) {
    const { page, trouble, asked } = await opened(file);
    check(`${name}: no errors on the console`, trouble.length === 0, trouble.join("; "));
    check(`${name}: nothing asked of a network`, asked.length === 0, asked.join("; "));
    check(`${name}: its invariant is told`, await page.evaluate((text) => document.body.innerText.includes(text), found.invariant));
    if (file === report) { await page.close(); continue; }
    const faults = await page.evaluate(() => document.querySelectorAll("#faults + ul li").length);
    check(`${name}: its faults are listed`, faults === played.faults.length, `${faults} of ${played.faults.length}`);
    await page.keyboard.press("Home");
    for (let event = 0; event <= played.path.length; ++event) {
      const there = await state(page);
      const until = JSON.parse(execFileSync(command, ["replay", found.case, "--until", there.number, "--json"], { encoding: "utf8" }));
      check(`${name}: keys show what replay --until says`, JSON.stringify(there.rows) === JSON.stringify(rowsOf(until)), `at ${there.number}`);
      await page.keyboard.press("ArrowRight");
    }
    await page.close();
  }
}
// Without script all figures and the story are there, and time travel is not.
{
  const page = await browser.newPage();
  await page.setJavaScriptEnabled(false);
  await page.goto(`file://${path.resolve(path.join(folder, "1.html"))}`);
  const seen = await page.$$eval("svg.space-time", (all) => all.length), hidden = await page.$eval("section.travel", (panel) => panel.hidden);
  check("without script: the diagram is drawn", seen === 1);
  check("without script: time travel is hidden", hidden);
  await page.close();
}
// In a narrow window nothing but frames scrolls sideways. Paper is light, whatever the screen is, and nothing on it is folded up.
for (const file of ["0.html", "1.html", "campaign.html", "grid.html", "search-0.html"].map((name) => path.join(folder, name))) {
  const { page } = await opened(file);
  await page.setViewport({ width: 380, height: 800 });
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  check(`${file}: as narrow as its window`, wide <= 380, `${wide} px`);
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }]);
  await page.emulateMediaType("print");
  const paper = await page.evaluate(() => ({
    ground: getComputedStyle(document.body).backgroundColor,
    folded: [...document.querySelectorAll("details > :is(ul, div, figure, table, p)")]
      .filter((part) => !part.closest(".travel") && part.getBoundingClientRect().height === 0).length,
    cut: [...document.querySelectorAll(".frame")].filter((frame) => getComputedStyle(frame).maxHeight !== "none").length,
  }));
  check(`${file}: paper is light`, paper.ground === "rgb(255, 255, 255)", paper.ground);
  check(`${file}: paper shows all`, paper.folded + paper.cut === 0, `${paper.folded} folded, ${paper.cut} cut off`);
  await page.close();
}
await browser.close();
console.log("\n| format | read by | files read | refused |\n|---|---|---:|---:|");
for (const [format, row] of said) console.log(`| \`${format}\` | ${row.consumer} | ${row.read} | ${row.refused} |`);
console.log("");
console.log(`the slowest page opened in ${slowest} ms`);  // told, not judged: it is the machine's
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed ? 1 : 0);
