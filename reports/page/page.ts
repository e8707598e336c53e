// SPDX-License-Identifier: Apache-2.0
// Time travel through a run: a slider and keys step through its moments and show what every agent does, what lies in its
// mailbox and what the context holds, before and after. Everything that can be seen without it is in the page already.

/** What the page carries as JSON. Texts stand in one list; the rest are places in it. */
interface Run {
  texts: string[];
  /** Of the moments: number in the run, instant, sentence, lane (-1: none). */
  moments: [number, number, number, number][];
  /** What there is to look at: kind (0 agent, 1 mailbox, 2 thing), name. */
  slots: [number, number][];
  /** Of the first moment: a text for each slot. Of each later one: pairs of slot and text that differ from the one before. */
  first: number[];
  changes: number[][];
  /** Where the page begins. */
  start: number;
  /** Height of a row of the diagram, and where the first begins. */
  row: number;
  top: number;
}

function element<T extends Element>(id: string): T | null {
  return document.getElementById(id) as T | null;
}

/** The state after each moment, as a text for each slot. */
function states(run: Run): number[][] {
  const all: number[][] = [run.first];
  for (const changes of run.changes) {
    const next = all[all.length - 1].slice();
    for (let c = 0; c < changes.length; c += 2) next[changes[c]] = changes[c + 1];
    all.push(next);
  }
  return all;
}

function travel(run: Run): void {
  const slider = element<HTMLInputElement>("moment");
  const body = element<HTMLTableSectionElement>("state");
  const said = element<HTMLElement>("said");
  const panel = element<HTMLElement>("travel");
  if (!slider || !body || !said || !panel || run.moments.length === 0) return;
  const after = states(run);
  const mark = element<SVGRectElement>("now");
  let current = -1;

  function cell(text: string, changed: boolean): HTMLTableCellElement {
    const made = document.createElement("td");
    made.textContent = text;
    if (changed) made.className = "changed";
    return made;
  }

  function show(wanted: number): void {
    const moment = Math.max(0, Math.min(run.moments.length - 1, wanted));
    if (moment === current) return;
    current = moment;
    const [number, instant, sentence] = run.moments[moment];
    slider!.value = String(moment);
    slider!.setAttribute("aria-valuetext", `${run.texts[instant]}: ${run.texts[sentence]}`);
    said!.textContent = `${number}. ${run.texts[instant]}: ${run.texts[sentence]}`;
    const now = after[moment];
    const before = moment === 0 ? now : after[moment - 1];
    const rows: HTMLTableRowElement[] = [];
    run.slots.forEach(([kind, name], slot) => {
      const row = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = kind === 1 ? "" : run.texts[name];
      row.append(head, cell(kind === 1 ? "in its mailbox" : kind === 0 ? "does" : "holds", false));
      row.append(cell(run.texts[before[slot]], false), cell(run.texts[now[slot]], before[slot] !== now[slot]));
      rows.push(row);
    });
    body!.replaceChildren(...rows);
    if (mark) {
      const y = run.top + run.row * moment;
      mark.setAttribute("y", String(y));
      const frame = element<HTMLElement>("diagram");
      if (frame && (y < frame.scrollTop || y > frame.scrollTop + frame.clientHeight - 2 * run.row))
        frame.scrollTop = y - frame.clientHeight / 2;
    }
    document.body.dataset.moment = String(number);
  }

  slider.max = String(run.moments.length - 1);
  slider.addEventListener("input", () => show(Number(slider.value)));
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const steps: Record<string, number> = {
      ArrowRight: current + 1, ArrowLeft: current - 1, PageDown: current + 10, PageUp: current - 10,
      Home: 0, End: run.moments.length - 1,
    };
    const inside = event.target === slider || panel.contains(event.target as Node) || event.target === document.body;
    if (!(event.key in steps) || !inside) return;
    event.preventDefault();
    show(steps[event.key]);
  });
  element<HTMLElement>("diagram")?.addEventListener("click", (event) => {
    const svg = document.querySelector("svg.space-time");
    if (svg) show(Math.floor((event.clientY - svg.getBoundingClientRect().top - run.top) / run.row));
  });
  panel.hidden = false;
  show(run.start);
}

function copying(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button.copy")) {
    const line = button.previousElementSibling?.textContent ?? "";
    button.hidden = false;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(line).then(
        () => { button.textContent = "copied"; },
        () => { button.textContent = "select it and copy"; },
      );
    });
  }
}

/** Of a page that a server hands out: loads it anew when there is another. When the server is gone, it stays as it is. */
function following(): void {
  const version = document.body.dataset.version;
  if (!version) return;
  const timer = setInterval(async () => {
    try {
      const answer = await fetch("/version", { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== version) location.reload();
    } catch {
      clearInterval(timer);
    }
  }, 1000);
}

const data = element<HTMLScriptElement>("run");
if (data?.textContent) travel(JSON.parse(data.textContent) as Run);
copying();
following();
