// SPDX-License-Identifier: Apache-2.0
// Time travel through runs: a slider and keys step through the moments of each and show what every agent does, what lies in
// its mailbox and its variables and what the context holds, before and after. Everything else is in the page already.

/** What the page carries as JSON. Texts stand in one list; the rest are places in it. */
interface Run {
  texts: string[];
  /** Where to stop: number in the run, when, sentence, first row of the diagram, how many rows. */
  stops: [number, number, number, number, number][];
  /** What there is to look at: kind (0 agent, 1 mailbox, 2 thing, 3 variables), name. */
  slots: [number, number][];
  /** Of the first stop: a text for each slot. Of each later one: pairs of slot and text that differ from the one before. */
  first: number[];
  changes: number[][];
  /** Where the page begins. */
  start: number;
  /** The frame with the diagram; height of one of its rows, and where the first begins. */
  diagram: string;
  row: number;
  top: number;
}

/** The state after each stop, as a text for each slot. */
function states(run: Run): number[][] {
  const all: number[][] = [run.first];
  for (const changes of run.changes) {
    const next = all[all.length - 1].slice();
    for (let c = 0; c < changes.length; c += 2) next[changes[c]] = changes[c + 1];
    all.push(next);
  }
  return all;
}

/** One panel that travels through one run. */
class Travel {
  private readonly slider: HTMLInputElement;
  private readonly frame: HTMLElement | null;
  private readonly after: number[][];
  private current = -1;

  constructor(readonly panel: HTMLElement, private readonly run: Run) {
    this.slider = panel.querySelector("input")!;
    this.frame = document.getElementById(run.diagram);
    this.after = states(run);
    this.slider.max = String(run.stops.length - 1);
    this.slider.addEventListener("input", () => this.show(Number(this.slider.value)));
    this.frame?.addEventListener("click", (event) => this.clicked(event));
    panel.hidden = false;
    this.show(run.start);
  }

  private clicked(event: MouseEvent): void {
    const svg = this.frame!.querySelector("svg.space-time");
    if (!svg) return;
    const row = Math.floor((event.clientY - svg.getBoundingClientRect().top - this.run.top) / this.run.row);
    let stop = 0;
    while (stop + 1 < this.run.stops.length && this.run.stops[stop + 1][3] <= row) ++stop;
    this.show(stop);
  }

  private show(wanted: number): void {
    const { stops, texts, slots } = this.run;
    const stop = Math.max(0, Math.min(stops.length - 1, wanted));
    if (stop === this.current) return;
    this.current = stop;
    const [number, when, sentence, row, rows] = stops[stop];
    const said = texts[when] ? `${texts[when]}: ${texts[sentence]}` : texts[sentence];
    this.slider.value = String(stop);
    this.slider.setAttribute("aria-valuetext", said);
    this.panel.querySelector(".said")!.textContent = `${number}. ${said}`;
    const now = this.after[stop], before = stop === 0 ? now : this.after[stop - 1];
    this.panel.querySelector(".state")!.replaceChildren(...slots.map(([kind, name], slot) => {
      const line = document.createElement("tr");
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = kind % 2 ? "" : texts[name];
      const cells = [["does", "in its mailbox", "holds", "remembers"][kind], texts[before[slot]], texts[now[slot]]];
      line.append(head, ...cells.map((text) => {
        const cell = document.createElement("td");
        cell.textContent = text;
        return cell;
      }));
      if (before[slot] !== now[slot]) line.lastElementChild!.className = "changed";
      return line;
    }));
    this.panel.dataset.moment = String(number);
    this.mark(row, rows);
  }

  /** Lights up the rows that belong to the stop, and scrolls there. */
  private mark(row: number, rows: number): void {
    const mark = this.frame?.querySelector("rect.now");
    if (!this.frame || !mark) return;
    const y = this.run.top + this.run.row * row, height = rows === 0 ? 3 : this.run.row * rows;
    mark.setAttribute("y", String(y));
    mark.setAttribute("height", String(height));
    if (y < this.frame.scrollTop || y + height > this.frame.scrollTop + this.frame.clientHeight)
      this.frame.scrollTop = y - this.frame.clientHeight / 2;
  }

  /** Whether the key is one of its own. */
  pressed(key: string): boolean {
    const steps: Record<string, number> = {
      ArrowRight: this.current + 1, ArrowLeft: this.current - 1, PageDown: this.current + 10, PageUp: this.current - 10,
      Home: 0, End: this.run.stops.length - 1,
    };
    if (!(key in steps)) return false;
    this.show(steps[key]);
    return true;
  }
}

/** Keys go to the panel that has the focus; where nothing has it, to the first that can be seen. */
function travelling(): void {
  const all: Travel[] = [];
  for (const panel of document.querySelectorAll<HTMLElement>("section.travel")) {
    const data = panel.querySelector("script")?.textContent;
    if (data) all.push(new Travel(panel, JSON.parse(data) as Run));
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const travel = event.target === document.body
      ? all.find(({ panel }) => !panel.closest("details:not([open])"))
      : all.find(({ panel }) => panel.contains(event.target as Node));
    if (travel?.pressed(event.key)) event.preventDefault();
  });
}

/** Stories begin where something is violated. */
function reading(): void {
  for (const row of document.querySelectorAll<HTMLElement>(".story tr.violation")) {
    const frame = row.closest<HTMLElement>(".story")!;
    if (frame.scrollTop === 0) frame.scrollTop = row.offsetTop - frame.clientHeight * 0.7;
  }
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

travelling();
reading();
copying();
following();
