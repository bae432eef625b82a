
// What a person says of posts, until it is downloaded as labels.csv.

const YES_NO = [["yes", "yes"], ["no", "no"]];
const graded = (names) => names.map((name, level) => [String(level), `${level} ${name}`]);
const QUESTIONS = [
  { name: "anger", title: "Anger", answers: graded(LEVELS.anger) },
  { name: "urgency", title: "Urgency", answers: graded(LEVELS.urgency) },
  {
    name: "sentiment",
    title: "Sentiment",
    answers: ["negative", "neutral", "positive"].map((name) => [name, name]),
  },
  { name: "actionable", title: "Actionable", answers: YES_NO },
  { name: "tried_before", title: "Tried before", answers: YES_NO },
  { name: "churn", title: "Churn", answers: YES_NO },
];

const corrections = {
  /** Answers by the post's id. */
  byPost: new Map(),
  listeners: [],
  /** Corrections of other reports are not mixed in. */
  key: `uproar-corrections-${data.report}`,

  get(id) {
    return this.byPost.get(id) ?? {};
  },

  /** Sets one answer; an empty one takes it back. */
  set(id, name, answer) {
    const answers = { ...this.get(id) };
    if (answer) answers[name] = answer;
    else delete answers[name];
    if (Object.keys(answers).length > 0) this.byPost.set(id, answers);
    else this.byPost.delete(id);
    this.changed();
  },

  undo(id) {
    this.byPost.delete(id);
    this.changed();
  },

  undoAll() {
    this.byPost.clear();
    this.changed();
  },

  changed() {
    // A page opened from a mail may not be allowed to store anything.
    try {
      localStorage.setItem(this.key, JSON.stringify([...this.byPost]));
    } catch {
      // The corrections last as long as the page is open.
    }
    for (const listener of this.listeners) listener();
  },

  restore() {
    try {
      const kept = JSON.parse(localStorage.getItem(this.key) ?? "[]");
      const known = new Set(data.rows.map((post) => post.id));
      for (const [id, answers] of kept) if (known.has(id)) this.byPost.set(id, answers);
    } catch {
      this.byPost.clear();
    }
  },

  /** The corrected posts in the order of the queue. */
  posts() {
    return data.rows.filter((post) => this.byPost.has(post.id));
  },
};

/** What the model decided, as an answer. */
function decided(post, name) {
  const value = post.decided[name];
  return typeof value === "boolean" ? yesNo(value) : String(value);
}

/** A cell that a spreadsheet shows and does not run, quoted as RFC 4180 says. */
function csvCell(value) {
  let cell = String(value ?? "").replaceAll("\0", "");
  if (/^[=+\-@\t\r]/.test(cell)) cell = `'${cell}`;
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function labelsCsv() {
  const names = QUESTIONS.map((question) => question.name);
  const header = ["id", ...names, "note", "model"];
  const rows = corrections.posts().map((post) => {
    const answers = corrections.get(post.id);
    return [post.id, ...names.map((name) => answers[name]), answers.note, data.model];
  });
  return [header, ...rows].map((row) => `${row.map(csvCell).join(",")}\n`).join("");
}

function download() {
  const file = new Blob([labelsCsv()], { type: "text/csv;charset=utf-8" });
  const url = URL.createObjectURL(file);
  const link = element("a", { href: url, download: "labels.csv" });
  link.click();
  // The browser may read the file after this function ends.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}

function correctionInWords(post) {
  const answers = corrections.get(post.id);
  const changes = QUESTIONS.filter(({ name }) => answers[name]).map(({ name, title }) => {
    const model = decided(post, name);
    const change = model === answers[name] ? `${model} confirmed` : `${model} → ${answers[name]}`;
    return `${title.toLowerCase()} ${change}`;
  });
  if (answers.note) changes.push(`note “${answers.note}”`);
  return changes.join(", ");
}

function correctionItem(post) {
  const undo = element(
    "button",
    {
      type: "button",
      "aria-label": `Undo the correction of post ${post.place}`,
      onclick: () => {
        corrections.undo(post.id);
        byId("corrections").focus();
      },
    },
    "Undo",
  );
  const beginning = post.text.length > 80 ? `${post.text.slice(0, 80)}…` : post.text;
  return element(
    "li",
    { "data-id": post.id },
    `#${post.place} `,
    isolated(beginning),
    ` – ${correctionInWords(post)}`,
    undo,
  );
}

function showCorrections() {
  const posts = corrections.posts();
  byId("correction-count").textContent = counted(posts.length, "post");
  byId("correction-list").replaceChildren(...posts.map(correctionItem));
  byId("download").disabled = posts.length === 0;
  byId("undo-all").disabled = posts.length === 0;
}

function startCorrections() {
  corrections.restore();
  corrections.listeners.push(showCorrections);
  byId("download").addEventListener("click", download);
  byId("undo-all").addEventListener("click", () => {
    corrections.undoAll();
    byId("corrections").focus();
  });
  showCorrections();
}

startCorrections();
